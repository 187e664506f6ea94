# A radio for zigpy: its ControllerApplication on the octets of TI's Z-Stack, as much of it as zigpy's OTA server needs.
# Debian has zigpy and none of its radio libraries. What is under test here is zigpy's own code above this file.

import asyncio

import zigpy.application
import zigpy.device
import zigpy.exceptions
import zigpy.types as t
import zigpy.zdo.types as zdo_t

SOF = 0xFE
SREQ, AREQ, SRSP = 0x20, 0x40, 0x60
SYS, AF, ZDO, UTIL, APP_CNF = 1, 4, 5, 7, 15

NV_STARTUP, NV_NIB, NV_EXT_PAN, NV_KEY = 0x03, 0x21, 0x2D, 0x62
NV_CHANNELS, NV_PAN, NV_LOGICAL_TYPE = 0x84, 0x83, 0x87
COORDINATOR_UP = 9
FORM = 0x04
ALL_CLUSTERS = 0xFFFF
TO_NETWORK_ADDRESS, TO_BROADCAST = 2, 15
RADIUS = 30
ANSWER_WITHIN = 6
FORM_WITHIN = 30


def u16(n):
    return int(n).to_bytes(2, "little")


class Line(asyncio.Protocol):
    """Frames: FE, length, two octets of command, data, the exclusive-or of all but the first."""

    def __init__(self, heard, lost):
        self.heard, self.lost, self.pending = heard, lost, b""

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        self.lost()

    def data_received(self, data):
        self.pending += data
        while True:
            at = self.pending.find(bytes([SOF]))
            self.pending = self.pending[at:] if at >= 0 else b""
            end = 5 + (self.pending[1] if len(self.pending) > 1 else 0)
            if len(self.pending) < end:
                return
            body, check = self.pending[1 : end - 1], self.pending[end - 1]
            if self.check(body) != check:
                self.pending = self.pending[1:]
                continue
            self.pending = self.pending[end:]
            self.heard(body[1], body[2], body[3:])

    def send(self, first, second, data):
        body = bytes([len(data), first, second]) + data
        self.transport.write(bytes([SOF]) + body + bytes([self.check(body)]))

    @staticmethod
    def check(body):
        sum_ = 0
        for octet in body:
            sum_ ^= octet
        return sum_


class Radio(zigpy.application.ControllerApplication):
    async def connect(self):
        host, port = self.config["device"]["path"].split(":")
        self.answer = None
        self.turn = asyncio.Lock()
        self.up = asyncio.Event()
        self.lost = asyncio.Event()
        self.transaction = 0
        loop = asyncio.get_running_loop()
        protocol = lambda: Line(self.heard, self.lost.set)
        _, self.line = await loop.create_connection(protocol, host, int(port))
        await self.ask(SYS, 0x01)

    async def disconnect(self):
        self.line.transport.close()

    async def ask(self, subsystem, command, data=b""):
        """One request at a time; its answer's data."""
        async with self.turn:
            self.answer = asyncio.get_running_loop().create_future()
            self.wanted = (SRSP | subsystem, command)
            self.line.send(SREQ | subsystem, command, data)
            return await asyncio.wait_for(self.answer, ANSWER_WITHIN)

    async def succeed(self, subsystem, command, data=b""):
        status = (await self.ask(subsystem, command, data))[0]
        if status not in (0, 1, 9):
            raise zigpy.exceptions.DeliveryError(f"{subsystem:x} {command:02x}: status {status:#x}")

    def heard(self, first, second, data):
        if first & 0xE0 == SRSP:
            if (first, second) == self.wanted and not self.answer.done():
                self.answer.set_result(data)
            elif first & 0x1F == 0:
                self.answer.set_exception(RuntimeError(f"the stick has no {data.hex()}"))
        elif (first, second) == (AREQ | ZDO, 0xC0) and data[0] == COORDINATOR_UP:
            self.up.set()
        elif (first, second) == (AREQ | ZDO, 0xCA):
            nwk, ieee = int.from_bytes(data[0:2], "little"), t.EUI64.deserialize(data[2:10])[0]
            self.handle_join(t.NWK(nwk), ieee, t.NWK(0))
        elif (first, second) == (AREQ | ZDO, 0xFF):
            # Source, broadcast, cluster, security, sequence, destination, then the answer without its sequence.
            cluster = int.from_bytes(data[3:5], "little")
            self.receive(data[0:2], 0, 0, 0, cluster, data[6:7] + data[9:])
        elif (first, second) == (AREQ | AF, 0x81):
            length = data[16]
            cluster = int.from_bytes(data[2:4], "little")
            # Z-Stack does not tell the profile; zigpy wants one of those it knows.
            self.receive(data[4:6], data[6], data[7], 0x0104, cluster, data[17 : 17 + length])

    def receive(self, source, src_ep, dst_ep, profile, cluster, data):
        address = t.NWK(int.from_bytes(source, "little"))
        self.packet_received(
            t.ZigbeePacket(
                src=t.AddrModeAddress(t.AddrMode.NWK, address),
                src_ep=src_ep,
                dst=t.AddrModeAddress(t.AddrMode.NWK, t.NWK(0)),
                dst_ep=dst_ep,
                profile_id=profile,
                cluster_id=cluster,
                data=t.SerializableBytes(data),
            )
        )

    async def send_packet(self, packet):
        self.transaction = (self.transaction + 1) % 256
        data = packet.data.serialize()
        mode = packet.dst.addr_mode
        kind = TO_BROADCAST if mode == t.AddrMode.Broadcast else TO_NETWORK_ADDRESS
        address = packet.dst.address
        if mode == t.AddrMode.IEEE:
            address = self.get_device(ieee=address).nwk
        request = bytes([kind]) + u16(address).ljust(8, b"\0") + bytes([packet.dst_ep or 0])
        request += u16(0) + bytes([packet.src_ep or 0]) + u16(packet.cluster_id)
        request += bytes([self.transaction, 0, RADIUS]) + u16(len(data)) + data
        await self.succeed(AF, 0x02, request)

    async def load_network_info(self, *, load_devices=False):
        info = await self.ask(UTIL, 0x00)
        node, network = self.state.node_info, self.state.network_info
        node.ieee, _ = t.EUI64.deserialize(info[1:9])
        node.nwk = t.NWK(0)
        node.logical_type = zdo_t.LogicalType.Coordinator
        if await self.ask(SYS, 0x13, u16(NV_NIB)) == b"\0\0":
            raise zigpy.exceptions.NetworkNotFormed()
        about = await self.ask(ZDO, 0x50)
        network.pan_id = t.PanId(int.from_bytes(about[3:5], "little"))
        network.extended_pan_id, _ = t.ExtendedPanId.deserialize(about[7:15])
        network.channel = about[23]

    async def write_network_info(self, *, network_info, node_info):
        channels = int(network_info.channel_mask).to_bytes(4, "little")
        for item, octets in (
            (NV_STARTUP, b"\0"),
            (NV_LOGICAL_TYPE, b"\0"),
            (NV_CHANNELS, channels),
            (NV_PAN, u16(network_info.pan_id)),
            (NV_EXT_PAN, network_info.extended_pan_id.serialize()),
            (NV_KEY, network_info.network_key.key.serialize()),
        ):
            await self.succeed(SYS, 0x07, u16(item) + u16(len(octets)) + b"\0")
            await self.succeed(SYS, 0x1D, u16(item) + u16(0) + u16(len(octets)) + octets)
        await self.succeed(APP_CNF, 0x08, b"\1" + channels)
        self.up.clear()
        await self.succeed(APP_CNF, 0x05, bytes([FORM]))
        await asyncio.wait_for(self.up.wait(), FORM_WITHIN)

    async def start_network(self):
        self.up.clear()
        if (await self.ask(UTIL, 0x00))[12] != COORDINATOR_UP:
            await self.succeed(ZDO, 0x40, u16(100))
            await asyncio.wait_for(self.up.wait(), FORM_WITHIN)
        await self.load_network_info()
        await self.succeed(ZDO, 0x3E, u16(ALL_CLUSTERS))
        self.add_coordinator()
        await self.register_endpoints()

    def add_coordinator(self):
        """What zigpy asks its own stick is known here: the cluster that serves images is one of its inputs."""
        device = self.add_device(self.state.node_info.ieee, t.NWK(0))
        device.node_desc = zdo_t.NodeDescriptor(0, 64, 128, 0, 80, 80, 0x2C00, 80, 0)
        device.status = zigpy.device.Status.ENDPOINTS_INIT

    async def add_endpoint(self, descriptor):
        inputs, outputs = descriptor.input_clusters, descriptor.output_clusters
        request = bytes([descriptor.endpoint]) + u16(descriptor.profile)
        request += u16(descriptor.device_type) + bytes([descriptor.device_version, 0])
        for clusters in (inputs, outputs):
            request += bytes([len(clusters)]) + b"".join(map(u16, clusters))
        status = (await self.ask(AF, 0x00, request))[0]
        # A stick that was not restarted has them still.
        if status not in (0, 0xB8):
            raise RuntimeError(f"endpoint {descriptor.endpoint}: status {status:#x}")

    async def permit_ncp(self, time_s=60):
        await self.succeed(ZDO, 0x36, b"\x0f" + u16(0xFFFC) + bytes([time_s, 0]))

    async def permit_with_key(self, node, code, time_s=60):
        raise NotImplementedError

    async def force_remove(self, dev):
        raise NotImplementedError

    async def reset_network_info(self):
        raise NotImplementedError
