// What a program written by hand for the one network of cortical.py needs: plastic E to E synapses as rows of weights with
// an index by column, traces once a neuron, relative to a past moment; static synapses as lists of targets.
//
//   limit_cortical FOLDER N STEPS
//
// FOLDER holds ee_i, ee_j, ei_i, ei_j, ia_i, ia_j: int32 files, pairs of neurons row by row. The numbers of the network
// are those of cortical_networks.py. Prints seconds on the wall and of the processor, spikes of E and of I; writes
// the weights, in V, to FOLDER/w.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

static const double DT = 1e-4, J = 1e-4, G = 5, V_TH = 20e-3, V_RESET = 10e-3, TAU_M = 20e-3, TAU = 20e-3, W_MAX = 3e-4;
static const double A_PLUS = 0.01, A_MINUS = 1.05 * 0.01, EXPECTED = 1000 * 20 * DT;
static const int T_REF = 20, DELAY = 15;

static std::vector<int32_t> read(const std::string& name)
{
    FILE* file = fopen(name.c_str(), "rb");
    if (!file) {
        fprintf(stderr, "error: cannot read %s\n", name.c_str());
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    std::vector<int32_t> data(ftell(file) / 4);
    rewind(file);
    if (fread(data.data(), 4, data.size(), file) != data.size())
        exit(1);
    fclose(file);
    return data;
}

struct Rows
{
    std::vector<uint32_t> start;
    std::vector<uint16_t> target;

    Rows(const std::string& name, int n)
    {
        const std::vector<int32_t> i = read(name + "_i"), j = read(name + "_j");
        start.assign(n + 1, 0);
        for (int32_t each : i)
            start[each + 1]++;
        for (int k = 0; k < n; k++)
            start[k + 1] += start[k];
        target.assign(j.begin(), j.end());
    }
};

int main(int argc, char** argv)
{
    if (argc != 4) {
        fprintf(stderr, "error: three arguments are needed, see the head of limit_cortical.cpp\n");
        return 1;
    }
    const std::string folder = std::string(argv[1]) + "/";
    const int n = atoi(argv[2]), steps = atoi(argv[3]), n_e = n * 4 / 5;
    const Rows ee(folder + "ee", n_e), ei(folder + "ei", n_e), ia(folder + "ia", n - n_e);
    std::vector<double> w(ee.target.size(), J), v(n, 0.0), x(n_e, 0.0), y(n_e, 0.0);
    std::vector<uint32_t> column(n_e + 1, 0), place(w.size());
    std::vector<uint16_t> row(w.size());
    for (uint16_t j : ee.target)
        column[j + 1]++;
    for (int j = 0; j < n_e; j++)
        column[j + 1] += column[j];
    std::vector<uint32_t> next(column.begin(), column.end() - 1);
    for (int i = 0; i < n_e; i++)
        for (uint32_t k = ee.start[i]; k < ee.start[i + 1]; k++) {
            place[next[ee.target[k]]] = k;
            row[next[ee.target[k]]++] = i;
        }
    std::vector<int32_t> last(n, -1000000), fired;
    std::vector<std::vector<int32_t>> ring(DELAY);
    std::vector<uint32_t> above;  // of a random word: a spike more
    double p = exp(-EXPECTED), below = p;
    for (int k = 1; k < 40 && below * 4294967296.0 < 4294967295.0; k++) {
        above.push_back((uint32_t)(below * 4294967296.0));
        below += p *= EXPECTED / k;
    }
    const double decay = exp(-DT / TAU_M);
    double from = 0;  // traces are relative to that time
    long spikes[2] = {0, 0};
    std::vector<char> free(n);
    const auto begin = std::chrono::steady_clock::now();
    const clock_t cpu = std::clock();
    for (int t = 0; t < steps; t++) {
        for (int i = 0; i < n; i++) {
            free[i] = t - last[i] > T_REF;
            v[i] = free[i] ? v[i] * decay : v[i];
        }
        fired.clear();
        for (int i = 0; i < n; i++)
            if (free[i] && v[i] > V_TH) {
                fired.push_back(i);
                last[i] = t;
                free[i] = 0;
            }
        std::vector<int32_t>& slot = ring[t % DELAY];
        const std::vector<int32_t> arrived(slot);
        slot = fired;
        for (int i = 0; i < n; i++) {
            uint32_t h = (uint32_t)(t * n + i) * 0x9E3779B9u;
            h = (h ^ h >> 16) * 0x85EBCA6Bu;
            h = (h ^ h >> 13) * 0xC2B2AE35u;
            h ^= h >> 16;
            int32_t count = 0;
            for (int k = 0; k < 16; k++)
                count += h >= above[k];
            v[i] += free[i] ? J * count : 0.0;
        }
        double ago = (t * DT - from) / TAU;
        if (ago > 16) {
            for (int i = 0; i < n_e; i++) {
                x[i] *= exp(-ago);
                y[i] *= exp(-ago);
            }
            from = t * DT;
            ago = 0;
        }
        const double now = exp(-ago), plus = A_PLUS * W_MAX * now, minus = A_MINUS * W_MAX * now, jump = exp(ago);
        for (int32_t j : fired) {
            spikes[j >= n_e]++;
            if (j >= n_e)
                continue;
            for (uint32_t k = column[j]; k < column[j + 1]; k++) {
                double& each = w[place[k]];
                const double more = each + plus * x[row[k]];
                each = more > W_MAX ? W_MAX : more;
            }
        }
        for (int32_t i : arrived) {
            if (i >= n_e) {
                for (uint32_t k = ia.start[i - n_e]; k < ia.start[i - n_e + 1]; k++)
                    v[ia.target[k]] -= free[ia.target[k]] ? G * J : 0.0;
                continue;
            }
            for (uint32_t k = ee.start[i]; k < ee.start[i + 1]; k++) {
                const int j = ee.target[k];
                v[j] += free[j] ? w[k] : 0.0;
                const double less = w[k] - minus * y[j];
                w[k] = less < 0 ? 0 : less;
            }
            for (uint32_t k = ei.start[i]; k < ei.start[i + 1]; k++)
                v[n_e + ei.target[k]] += free[n_e + ei.target[k]] ? J : 0.0;
            x[i] += jump;
        }
        for (int32_t j : fired) {
            v[j] = V_RESET;
            if (j < n_e)
                y[j] += jump;
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    printf("%.6f\n%.6f\n%ld\n%ld\n", seconds, double(std::clock() - cpu) / CLOCKS_PER_SEC, spikes[0], spikes[1]);
    FILE* file = fopen((folder + "w").c_str(), "wb");
    if (!file || fwrite(w.data(), 8, w.size(), file) != w.size())
        return 1;
    fclose(file);
    return 0;
}
