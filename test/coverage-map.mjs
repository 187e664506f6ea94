// `null` leaves a test out of coverage: block coverage slows hot loops about 45 times and disturbs heap figures;
// an emulated CPU is one hot loop, and so are a thousand transfers.
export default file => (/^test\/(alloc\/|bench\/|hil\/pico|hil\/cuts)/.test(file) ? null : [])
