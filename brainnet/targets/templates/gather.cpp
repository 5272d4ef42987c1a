// Indices of the bytes that are 1 (others are 0), in order. `fired` is filled with zeros up to a multiple of 64.
static inline int32_t gather(const char* fired, const size_t n, int32_t* spikes)
{
    int32_t count = 0;
    for (size_t start = 0; start < n; start += 64) {
        uint64_t bits = 0;
        for (int byte = 0; byte < 8; byte++) {
            uint64_t eight;
            memcpy(&eight, fired + start + 8 * byte, 8);
            bits |= (eight * 0x0102040810204080ull >> 56) << (8 * byte);  // lowest bit of each byte
        }
        for (; bits; bits &= bits - 1)
            spikes[count++] = (int32_t)start + __builtin_ctzll(bits);
    }
    return count;
}
