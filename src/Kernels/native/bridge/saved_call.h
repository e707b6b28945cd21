// What backward needs of a call, as words that autograd keeps.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace cluster {

template <typename Call>
std::vector<int64_t> packed(const Call& call) {
    static_assert(std::is_trivially_copyable<Call>::value, "a call is kept as its bytes");
    std::vector<int64_t> words((sizeof call + 7) / 8);
    std::memcpy(words.data(), &call, sizeof call);
    return words;
}

template <typename Call>
Call unpacked(const std::vector<int64_t>& words) {
    Call call;
    std::memcpy(&call, words.data(), sizeof call);
    return call;
}

}  // namespace cluster
