{# Which synapses are left, looked up once in a run: of each presynaptic neuron its postsynaptic ones, or the other way round. #}
struct Left {
    const char* const kept;
    std::vector<uint32_t> start, other;
    bool all, few;

    Left(const char* const kept, const bool rows) : kept(kept), start(1, 0)
    {
        size_t left = 0;
        for (size_t n = 0; n < N_PRE * N_POST; n++)
            left += kept[n] != 0;
        all = left == N_PRE * N_POST;
        few = left <= {{ few }} * N_PRE * N_POST;
        if (!few)
            return;
        other.reserve(left);
        for (size_t one = 0; one < (rows ? N_PRE : N_POST); one++) {
            for (size_t its = 0; its < (rows ? N_POST : N_PRE); its++)
                if (kept[rows ? one * N_POST + its : its * N_POST + one])
                    other.push_back(its);
            start.push_back(other.size());
        }
    }
};
