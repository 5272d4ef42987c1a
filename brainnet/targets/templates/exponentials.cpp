// exp and exprel = (exp(x) - 1)/x without branches, so that loops over neurons vectorise: at most 1 unit in the last
// place off for exp and 3 for exprel. Additions and multiplications in a fixed order, without fused ones: the same
// bits in a vector of any width and on any machine.
struct _ExpReduced { double r, series; uint64_t k; };  // x = k ln2 + r, series = exp(r) - 1 - r; k counts from an offset

static inline __attribute__((always_inline)) _ExpReduced _exp_reduced(const double x)
{
    const double rounding = 0x1.8p52;  // what is added to it loses its fraction, and its last bits count
    const double shifted = x * 0x1.71547652b82fep+0 + rounding, whole = shifted - rounding;
    const double r = (x - whole * 0x1.62e42fefa38p-1) - whole * 0x1.ef35793c7673p-45;  // ln2, whose first part has 42 bits
    // Taylor's series to r**13, what is left out is below 1e-17; in pairs (Estrin), which are not waited for in turn.
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (0.5 + r * (1 / 6.0)) + (1 / 24.0 + r * (1 / 120.0)) * r2;
    const double middle = (1 / 720.0 + r * (1 / 5040.0)) + (1 / 40320.0 + r * (1 / 362880.0)) * r2;
    const double high = (1 / 3628800.0 + r * (1 / 39916800.0)) + (1 / 479001600.0 + r * (1 / 6227020800.0)) * r2;
    const double q = low + (middle + high * r4) * r4;
    uint64_t bits;
    memcpy(&bits, &shifted, 8);
    return {r, q * r2, bits - 0x4338000000000000ull + 4096};
}

static inline __attribute__((always_inline)) double _exp_power_of_two(const uint64_t k)
{
    const uint64_t bits = (k + 1023) << 52;
    double power;
    memcpy(&power, &bits, 8);
    return power;
}

struct _VectorExp
{
    inline __attribute__((always_inline)) double operator()(double x) const
    {
        x = x < -746.0 ? -746.0 : x;  // NaN stays NaN; beyond these bounds all is 0 or infinite
        x = x > 710.0 ? 710.0 : x;
        const _ExpReduced part = _exp_reduced(x);
        const uint64_t half = part.k >> 1;  // two steps, since 2**k alone may be beyond the range
        return (1.0 + (part.r + part.series)) * _exp_power_of_two(half - 2048) * _exp_power_of_two(part.k - half - 2048);
    }
    inline __attribute__((always_inline)) float operator()(float x) const { return (float)(*this)((double)x); }
    template <typename T> inline __attribute__((always_inline)) double operator()(T x) const { return (*this)((double)x); }
};

struct _VectorExprel
{
    inline __attribute__((always_inline)) double operator()(double x) const
    {
        x = x > 720.0 ? 720.0 : x;
        const double near = x < -50.0 ? -50.0 : x;  // exp(x) - 1 = -1 from there on
        const _ExpReduced part = _exp_reduced(near > 710.0 ? 710.0 : near);
        const double half = _exp_power_of_two(part.k - 4097);
        const double minus_1 = 2.0 * (half * (part.r + part.series) + (half - 0.5));
        return fabs(x) < 1e-16 ? 1.0 : minus_1 / x;  // as Brian2's
    }
};
