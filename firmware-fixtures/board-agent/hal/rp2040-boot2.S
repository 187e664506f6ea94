/* What the RP2040's ROM loads from the first 256 octets of flash, checks by the CRC in their last four, and runs: it sets
   the flash up for plain reads (command 03h, 24 bits of address; RP2040 datasheet 4.10), copies the agent behind it to
   RAM and jumps to it as the ROM does to a RAM image. Position-independent, for the ROM runs it from the top of RAM. */
#define SSI 0x18000000
#define SSI_CTRLR0 0x00
#define SSI_CTRLR1 0x04
#define SSI_ENABLE 0x08
#define SSI_BAUD 0x14
#define SSI_SPI_CTRLR0 0xf4

  .syntax unified
  .cpu cortex-m0plus
  .thumb
  .section .text
  ldr r3, =SSI
  movs r1, #0
  str r1, [r3, #SSI_ENABLE]
  movs r1, #4 /* a quarter of the clock: 31 MHz at 125 MHz */
  str r1, [r3, #SSI_BAUD]
  ldr r1, =(31 << 16) | (3 << 8) /* frames of 32 bits, EEPROM read */
  str r1, [r3, #SSI_CTRLR0]
  movs r1, #0
  str r1, [r3, #SSI_CTRLR1]
  ldr r1, =(0x03 << 24) | (2 << 8) | (6 << 2) /* the command, 8 bits of it, 24 bits of address */
  movs r2, #SSI_SPI_CTRLR0
  str r1, [r3, r2]
  movs r1, #1
  str r1, [r3, #SSI_ENABLE]
  ldr r0, =0x10000100
  ldr r1, =0x20000000
  ldr r2, =0x20000000 + IMAGE_OCTETS
copy:
  ldr r3, [r0]
  str r3, [r1]
  adds r0, #4
  adds r1, #4
  cmp r1, r2
  blo copy
  ldr r0, =0x20000001
  bx r0
  .ltorg
