#pragma once

#include <exception>
#include <stdexcept>
#include <string>

#include <c10/util/Exception.h>

#include "cluster_kernels.h"

namespace cluster {

int fail(const std::string& text);

// libtorch keeps the number of threads per thread; this brings the calling thread up to the number that was set for all.
void apply_thread_count();

// Runs the body with every exception turned into status 1.
template <typename Body>
int guarded(Body&& body) {
    try {
        apply_thread_count();
        body();
        return 0;
    } catch (const c10::Error& error) {
        return fail(error.what_without_backtrace());
    } catch (const std::exception& error) {
        return fail(error.what());
    } catch (...) {
        return fail("unknown native exception");
    }
}

}  // namespace cluster
