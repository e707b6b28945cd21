using System.ComponentModel;
using System.Diagnostics;

namespace Cluster.Tests;

/// <summary>A library that plays NVML with one GPU, made by the C compiler of this machine.</summary>
internal static class FakeNvml
{
    private const string Source = """
        #include <string.h>
        static int started = 0;
        int nvmlInit_v2(void) { started = 1; return 0; }
        int nvmlSystemGetDriverVersion(char* text, unsigned length) { strncpy(text, "580.65.06", length); return started ? 0 : 1; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) { *device = (void*)0x2a; return index == 0 ? 0 : 2; }
        int nvmlDeviceGetName(void* device, char* text, unsigned length) {
            strncpy(text, "NVIDIA Play 9", length);
            return device == (void*)0x2a ? 0 : 2;
        }
        int nvmlDeviceGetCudaComputeCapability(void* device, int* major, int* minor) { *major = 9; *minor = 0; return 0; }
        int nvmlDeviceGetUtilizationRates(void* device, unsigned* rates) { rates[0] = 75; rates[1] = 20; return 0; }
        int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* memory) {
            memory[0] = 1000;
            memory[1] = 400;
            memory[2] = 600;
            return 0;
        }
        int nvmlDeviceGetClockInfo(void* device, int type, unsigned* clock) { *clock = type == 1 ? 1980 : 1; return 0; }
        static int looks = 0;
        int nvmlDeviceGetCurrentClocksThrottleReasons(void* device, unsigned long long* reasons) {
            *reasons = looks < HELD_DOWN ? 0x1 | 0x4 | 0x40 : 0x1;
            looks += looks < HELD_DOWN;
            return 0;
        }
        /* 3: not supported */
        int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) { *milliwatts = WATTS * 1000; return WATTS > 0 ? 0 : 3; }
        """;

    /// <summary>Makes the library in a folder; skips the test where there is no compiler.</summary>
    /// <param name="heldDown">At how many first looks its clocks are held down.</param>
    /// <param name="watts">The power that it draws; 0: it does not say.</param>
    public static async Task<string> MakeAsync(string folder, string heldDown = "1000", int watts = 0)
    {
        string source = Path.Combine(folder, "nvml.c");
        string library = Path.Combine(folder, "libfake-nvml.so");
        await File.WriteAllTextAsync(source, Source, TestContext.Current.CancellationToken);
        try
        {
            using var compiler = Process.Start(
                "cc", ["-shared", "-fPIC", "-w", $"-DHELD_DOWN={heldDown}", $"-DWATTS={watts}", "-o", library, source]);
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            compiler.ExitCode.ShouldBe(0);
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no C compiler (cc), which makes the library that plays NVML.");
        }

        return library;
    }
}
