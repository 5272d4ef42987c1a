{% extends 'projection.cpp' %}

{% block kernel %}
static void add(Value* v, const int32_t* spikes, const size_t* from)
{
    for (size_t k = 0; k < from[1]; k++) {
        const Value own = v[spikes[k]];
        for (size_t j = 0; j < N_POST; j++)
            v[j] += (Value){{ weight }};
        v[spikes[k]] = own;
    }
}
{% endblock %}
