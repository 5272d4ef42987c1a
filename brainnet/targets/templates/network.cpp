{# As Brian2's network, but without sets and without a call of clock() for each object of each step. #}
{% macro cpp_file() %}
#include "network.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#define Clock_epsilon 1e-14

double Network::_last_run_time = 0.0;
double Network::_last_run_completed_fraction = 0.0;
volatile bool Network::_globally_stopped = false;
volatile bool Network::_globally_running = false;

Network::Network()
{
    t = 0.0;
}

void Network::clear()
{
    objects.clear();
    clocks.clear();
}

void Network::add({{ clock_class }}* clock, codeobj_func func)
{
    size_t index = std::find(clocks.begin(), clocks.end(), clock) - clocks.begin();
    if (index == clocks.size())
        clocks.push_back(clock);
    if (func)  // NULL where a clock has to advance and nothing is called
        objects.push_back(std::make_pair(index, func));
}

void Network::run(const double duration, void (*report_func)(const double, const double, const double, const double), const double report_period)
{
    const std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    auto elapsed_seconds = [start]() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const double t_start = t;
    const double t_end = t + duration;
    double next_report_time = report_period;

    for ({{ clock_class }}* clock : clocks)
        clock->set_interval(t, t_end);
    due.assign(clocks.size(), 1);
    if (report_func)
        report_func(0.0, 0.0, t_start, duration);

    {{ clock_class }}* clock = next_clocks();
    bool did_break_early = false;

    _globally_running = true;
    _globally_stopped = false;
    while (clock && clock->running() && !_globally_stopped)
    {
        t = clock->t[0];
        for (const std::pair<size_t, codeobj_func>& object : objects)
            if (due[object.first])
                object.second();
        for (size_t i = 0; i < clocks.size(); i++)
            if (due[i])
                clocks[i]->tick();
        clock = next_clocks();
        if (report_func)
        {
            const double elapsed = elapsed_seconds();
            if (elapsed > next_report_time)
            {
                report_func(elapsed, (clock->t[0] - t_start) / duration, t_start, duration);
                next_report_time += report_period;
            }
        }
        {% if maximum_run_time is not none %}
        if (elapsed_seconds() > {{maximum_run_time}})
        {
            did_break_early = true;
            break;
        }
        {% endif %}
    }
    _globally_running = false;

    if (!clock || (!did_break_early && !_globally_stopped))
        t = t_end;
    else
        t = clock->t[0];

    _last_run_time = elapsed_seconds();
    _last_run_completed_fraction = duration > 0 ? (t - t_start) / duration : 1.0;
    if (report_func)
        report_func(_last_run_time, _last_run_completed_fraction, t_start, duration);
}

{{ clock_class }}* Network::next_clocks()
{
    if (clocks.size() < 2)
        return clocks.empty() ? NULL : clocks[0];
    {{ clock_class }}* first = clocks[0];
    for ({{ clock_class }}* clock : clocks)
        if (clock->t[0] < first->t[0])
            first = clock;
    for (size_t i = 0; i < clocks.size(); i++)
        due[i] = std::fabs(clocks[i]->t[0] - first->t[0]) <= Clock_epsilon;
    return first;
}

{% endmacro %}

{% macro h_file() %}

#ifndef _BRIAN_NETWORK_H
#define _BRIAN_NETWORK_H

#include<vector>
#include<utility>
#include "brianlib/clocks.h"

typedef void (*codeobj_func)();

class Network
{
    std::vector<{{ clock_class }}*> clocks;
    std::vector<char> due;
    std::vector< std::pair<size_t, codeobj_func> > objects;
    {{ clock_class }}* next_clocks();
public:
    double t;
    static double _last_run_time;
    static double _last_run_completed_fraction;
    static volatile bool _globally_stopped;
    static volatile bool _globally_running;

    Network();
    void clear();
    void add({{ clock_class }} *clock, codeobj_func func);
    void run(const double duration, void (*report_func)(const double, const double, const double, const double), const double report_period);
};

#endif

{% endmacro %}
