// What a program written by hand for this one network needs: 784-800-10 integrate-and-fire neurons, reset by
// subtraction, given lists of input spikes. Rows of spiking neurons are added block by block of columns in registers;
// threshold, reset and the next layer's list are made from the block before it is stored.
//
//   limit WEIGHTS_1 WEIGHTS_2 SPIKES IMAGES STEPS THREADS WEIGHT_BYTES START SCALE
//
// Weights are int8 files of whole rows. SPIKES: for each image and step a count and so many indices, int32.
// Prints seconds on the wall and of the processor, then hidden and output spikes of each image.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

typedef float Vector __attribute__((vector_size(64)));
typedef int32_t Flags __attribute__((vector_size(64)));
typedef uint16_t Words __attribute__((vector_size(64)));
typedef uint16_t Half __attribute__((vector_size(32)));
typedef int16_t SignedHalf __attribute__((vector_size(32)));
static float start, scale;

static uint32_t bits(const Flags flags)
{
#if defined(__AVX512F__)
    return __builtin_ia32_ptestmd512((Flags)flags, (Flags)flags, (uint16_t)-1);
#else
    uint32_t all = 0;
    for (int lane = 0; lane < 16; lane++)
        all |= (flags[lane] & 1u) << lane;
    return all;
#endif
}

// One layer of one weight type: rows of PADDED columns, 64 at a time.
template <typename Weight, int PRE, int POST> struct Layer
{
    static const int PADDED = (POST + 63) / 64 * 64;
    Weight* rows = (Weight*)aligned_alloc(64, PRE * PADDED * sizeof(Weight));

    Layer(const char* name)
    {
        FILE* file = fopen(name, "rb");
        std::vector<int8_t> whole(PRE * POST);
        if (!file || fread(whole.data(), 1, whole.size(), file) != whole.size()) {
            fprintf(stderr, "error: cannot read %s\n", name);
            exit(1);
        }
        fclose(file);
        for (int i = 0; i < PRE; i++)
            for (int j = 0; j < PADDED; j++) {
                const int weight = j < POST ? whole[i * POST + j] : 0;
                if (sizeof(Weight) == 1)  // two columns in 16 bits, each from 0
                    rows[i * PADDED + j / 64 * 64 + (j % 32) * 2 + j % 64 / 32] = weight + 128;
                else
                    rows[i * PADDED + j] = weight * scale;
            }
    }

    // Sums of R vectors of 16 columns, added to v.
    template <int R> void add(Vector* sum, const float*, int column, const int32_t* spikes, int n) const
    {
        for (int k = 0; k < n; k++) {
            const Vector* row = (const Vector*)(rows + spikes[k] * PADDED + column);
            #pragma GCC unroll 32
            for (int r = 0; r < R; r++)
                sum[r] += row[r];
        }
    }

    template <int R> void add(Vector* sum, const uint8_t*, int column, const int32_t* spikes, int n) const
    {
        for (int from = 0; from < n; from += 257) {
            const int to = n < from + 257 ? n : from + 257;
            Words all[R / 4] = {}, high[R / 4] = {};
            for (int k = from; k < to; k++) {
                const Words* row = (const Words*)(rows + spikes[k] * PADDED + column);
                #pragma GCC unroll 32
                for (int r = 0; r < R / 4; r++) {
                    all[r] += row[r];
                    high[r] += row[r] >> 8;
                }
            }
            for (int r = 0; r < R / 4; r++) {
                const Words low = all[r] - (high[r] << 8);
                Half part[4];
                memcpy(part, &low, 64);
                memcpy(part + 2, &high[r], 64);
                for (int q = 0; q < 4; q++)
                    sum[4 * r + q] += scale * __builtin_convertvector(__builtin_convertvector(part[q], Flags) - 128 * (to - from), Vector);
            }
        }
    }

    template <int R> int block(float* v, int column, const int32_t* spikes, int n, int32_t* fired, int count) const
    {
        Vector sum[R];
        memcpy(sum, v + column, sizeof(sum));
        add<R>(sum, (const Weight*)nullptr, column, spikes, n);
        for (int r = 0; r < R; r++) {
            const Flags over = sum[r] >= 1.0f;
            sum[r] -= over ? (Vector){} + 1.0f : (Vector){};
            for (uint32_t each = bits(over); each; each &= each - 1) {
                const int j = column + 16 * r + __builtin_ctz(each);
                if (j < POST)
                    fired[count++] = j;
            }
        }
        memcpy(v + column, sum, sizeof(sum));
        return count;
    }

    int step(float* v, const int32_t* spikes, int n, int32_t* fired) const
    {
        const int WIDE = sizeof(Weight) == 1 ? 28 : 20;
        int count = 0, column = 0;
        for (; column + 16 * WIDE <= PADDED; column += 16 * WIDE)
            count = block<WIDE>(v, column, spikes, n, fired, count);
        for (; column < PADDED; column += 64)
            count = column + 256 <= PADDED ? block<16>(v, (column += 192) - 192, spikes, n, fired, count)
                                           : block<4>(v, column, spikes, n, fired, count);
        return count;
    }
};

template <typename Weight> static void run(char** argv)
{
    const int images = atoi(argv[4]), steps = atoi(argv[5]), threads = atoi(argv[6]);
    const Layer<Weight, 784, 800> first(argv[1]);
    const Layer<Weight, 800, 10> second(argv[2]);
    FILE* file = fopen(argv[3], "rb");
    std::vector<int32_t> data;
    int32_t number;
    while (file && fread(&number, 4, 1, file) == 1)
        data.push_back(number);
    std::vector<const int32_t*> lists;
    for (size_t at = 0; at < data.size(); at += 1 + data[at])
        lists.push_back(&data[at]);
    if ((int)lists.size() != images * steps) {
        fprintf(stderr, "error: %zu lists of spikes, expected %d\n", lists.size(), images * steps);
        exit(1);
    }
    std::vector<int> counts(2 * images);
    auto work = [&](int part) {
        alignas(64) float v[832], w[64];
        int32_t hidden[800], out[10];
        for (int image = part; image < images; image += threads) {
            for (float& x : v)
                x = start;
            for (float& x : w)
                x = start;
            int* count = &counts[2 * image];
            count[0] = count[1] = 0;
            for (int t = 0; t < steps; t++) {
                const int32_t* list = lists[image * steps + t];
                const int n = first.step(v, list + 1, list[0], hidden);
                count[0] += n;
                count[1] += second.step(w, hidden, n, out);
            }
        }
    };
    const auto begin = std::chrono::steady_clock::now();
    const clock_t cpu = std::clock();
    std::vector<std::thread> others;
    for (int part = 1; part < threads; part++)
        others.emplace_back(work, part);
    work(0);
    for (std::thread& other : others)
        other.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    printf("%.9f\n%.9f\n", seconds, double(std::clock() - cpu) / CLOCKS_PER_SEC);
    for (int count : counts)
        printf("%d\n", count);
}

int main(int argc, char** argv)
{
    if (argc != 10) {
        fprintf(stderr, "error: nine arguments are needed, see the head of limit.cpp\n");
        return 1;
    }
    start = atof(argv[8]);
    scale = atof(argv[9]);
    if (atoi(argv[7]) == 1)
        run<uint8_t>(argv);
    else
        run<float>(argv);
    return 0;
}
