// Activations of a few megabytes come and go with every operator. glibc by default hands such memory back to the system and takes
// it anew, each page cleared and faulted in again: a fifth of the time of a small network, half of that of a large one, whose
// tensors are beyond the largest block that glibc will keep. So smaller blocks stay in glibc's heap, and larger ones in a list here.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <new>

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>

#include "bridge/status.h"

#if defined(__linux__)
#include <malloc.h>
#include <sys/mman.h>

namespace {

constexpr size_t mebibyte = size_t{1} << 20;
constexpr size_t huge_page = 2 * mebibyte;
constexpr size_t smallest_kept = mebibyte;
constexpr size_t smallest_huge = 4 * mebibyte;
constexpr size_t most_kept = 256 * mebibyte;
constexpr int64_t least_room = 1024 * static_cast<int64_t>(mebibyte);

// In steps, so that a block fits the next tensor of about the same size.
size_t rounded(size_t bytes) {
    size_t step = bytes >= smallest_huge ? huge_page : mebibyte / 16;
    return (bytes + step - 1) / step * step;
}

// Large ones are aligned to huge pages, which the system is asked for: five hundred times fewer faults.
void* map(size_t bytes) {
    if (bytes < smallest_huge) {
        void* small = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return small == MAP_FAILED ? nullptr : small;
    }
    size_t room = bytes + huge_page;
    void* mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        return nullptr;
    }
    auto begin = reinterpret_cast<uintptr_t>(mapped);
    uintptr_t aligned = (begin + huge_page - 1) / huge_page * huge_page;
    if (aligned > begin) {
        munmap(mapped, aligned - begin);
    }
    if (begin + room > aligned + bytes) {
        munmap(reinterpret_cast<void*>(aligned + bytes), begin + room - aligned - bytes);
    }
    madvise(reinterpret_cast<void*>(aligned), bytes, MADV_HUGEPAGE);  // a wish: its failure changes nothing
    return reinterpret_cast<void*>(aligned);
}

// Large blocks that are not in use, up to a limit; the one that has lain here longest goes first. Where tensors may fill a room, what they
// leave of it may be kept: a group of layers frees what the next one is about to ask for.
class KeptBlocks {
public:
    void widen(int64_t bytes) {
        {
            std::lock_guard<std::mutex> guard(mutex_);
            room_ += bytes;
        }
        trim();
    }

    void* take(size_t bytes) {
        size_t size = rounded(bytes);
        {
            std::lock_guard<std::mutex> guard(mutex_);
            auto found = by_size_.lower_bound(size);
            // A block that is a quarter larger at most: a small tensor in a large block would waste what it does not use. Of the room
            // that tensors may fill, waste costs nothing but room: there it may be twice as large, as one layer's output is to the next's.
            if (found != by_size_.end() && found->first <= size + (fits(found->first) ? size : size / 4)) {
                Block block = *found->second;
                kept_ -= block.size;
                used_ += block.size;
                by_age_.erase(found->second);
                by_size_.erase(found);
                in_use_[block.data] = block.size;
                return block.data;
            }
        }
        void* data = map(size);
        if (data == nullptr) {
            release();
            data = map(size);
        }
        if (data != nullptr) {
            std::lock_guard<std::mutex> guard(mutex_);
            used_ += size;
            in_use_[data] = size;
        }
        return data;
    }

    // False: it is none of ours.
    bool give(void* data) {
        {
            std::lock_guard<std::mutex> guard(mutex_);
            auto found = in_use_.find(data);
            if (found == in_use_.end()) {
                return false;
            }
            by_age_.push_back(Block{data, found->second});
            by_size_.emplace(found->second, std::prev(by_age_.end()));
            kept_ += found->second;
            used_ -= found->second;
            in_use_.erase(found);
        }
        trim();
        return true;
    }

    // All but what lies in a large room beyond a gibibyte of it: memory is not scarce there.
    void release() { trim(true); }

private:
    struct Block {
        void* data;
        size_t size;
    };

    // Called with the lock, as the next one is.
    bool fits(size_t block) const { return static_cast<int64_t>(used_ + block) <= room_; }

    size_t limit(bool releasing) const {
        int64_t left = room_ - static_cast<int64_t>(used_) - (releasing ? least_room : 0);
        return static_cast<size_t>(std::max(left, releasing ? int64_t{0} : static_cast<int64_t>(most_kept)));
    }

    void trim(bool releasing = false) {
        for (;;) {
            Block oldest{};
            {
                std::lock_guard<std::mutex> guard(mutex_);
                if (kept_ <= limit(releasing) || by_age_.empty()) {
                    return;
                }
                auto first = by_age_.begin();
                oldest = *first;
                auto range = by_size_.equal_range(oldest.size);
                for (auto entry = range.first; entry != range.second; ++entry) {
                    if (entry->second == first) {
                        by_size_.erase(entry);
                        break;
                    }
                }
                by_age_.erase(first);
                kept_ -= oldest.size;
            }
            munmap(oldest.data, oldest.size);
        }
    }

    std::mutex mutex_;
    std::list<Block> by_age_;
    std::multimap<size_t, std::list<Block>::iterator> by_size_;
    std::map<void*, size_t> in_use_;
    size_t kept_ = 0;
    size_t used_ = 0;
    int64_t room_ = 0;
};

// Never destroyed: tensors of other libraries may be freed after this one's destructors have run.
KeptBlocks& blocks() {
    static auto* kept = new KeptBlocks();
    return *kept;
}

void free_large(void* data) { blocks().give(data); }

void free_any(void* data) {
    if (!blocks().give(data)) {
        c10::free_cpu(data);
    }
}

c10::DataPtr allocated(size_t bytes) {
    if (bytes < smallest_kept) {
        void* data = c10::alloc_cpu(bytes);
        return {data, data, &c10::free_cpu, c10::Device(c10::DeviceType::CPU)};
    }
    void* data = blocks().take(bytes);
    TORCH_CHECK(data != nullptr, "not enough memory: a tensor of ", bytes, " bytes could not be allocated");
    return {data, data, &free_large, c10::Device(c10::DeviceType::CPU)};
}

// libtorch 1.x asks a constant allocator and copies by itself; 2.x asks one that may change and has it copy.
// Each of the two sets of functions overrides what its libtorch declares, so that none can say `override`.
class Allocator final : public c10::Allocator {
public:
    c10::DataPtr allocate(size_t bytes) const { return allocated(bytes); }
    c10::DataPtr allocate(size_t bytes) { return allocated(bytes); }
    void copy_data(void* target, const void* source, size_t bytes) const { std::memcpy(target, source, bytes); }

    c10::DeleterFnPtr raw_deleter() const override { return &free_any; }
};

__attribute__((constructor)) void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, static_cast<int>(32 * mebibyte));  // the largest that glibc takes: scratch memory of kernels
    mallopt(M_ARENA_MAX, 4);  // each thread's own heap would keep its own gaps
    mallopt(M_TRIM_THRESHOLD, static_cast<int>(64 * mebibyte));
    static auto* allocator = new Allocator();
    c10::SetCPUAllocator(allocator, /*priority=*/1);
}

}  // namespace

int ck_release_freed() {
    return cluster::guarded([] {
        blocks().release();
        malloc_trim(0);
    });
}

int ck_widen_room(int64_t bytes) {
    return cluster::guarded([&] { blocks().widen(bytes); });
}
#else
int ck_release_freed() { return 0; }
int ck_widen_room(int64_t) { return 0; }
#endif
