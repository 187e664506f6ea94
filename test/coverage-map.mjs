// `null` leaves a test out of coverage: block coverage slows hot loops about 45 times and disturbs heap figures.
export default file => (/^test\/(alloc|bench)\//.test(file) ? null : [])
