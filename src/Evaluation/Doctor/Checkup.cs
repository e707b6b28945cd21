using Cluster.DataSpecs.Names;
using Cluster.Evaluation.Targets.OnnxRuntime;
using SkiaSharp;

namespace Cluster.Evaluation.Doctor;

/// <summary>Runs every probe; a failing one is reported as a finding and does not stop the others.</summary>
public static class Checkup
{
    /// <summary>Checks the program, its libraries, the machine and the disk.</summary>
    /// <param name="output">Folder that jobs would write to: its disk is checked. It need not exist.</param>
    /// <returns>Findings in the order of the probes; a probe that throws gives a finding of level Fail.</returns>
    public static IReadOnlyList<Finding> Run(string output) => Run(
        [
            ("program", PackageProbes.All, "build it again"),
            ("GPU", GpuProbes.All, "report this"), // before libtorch and ONNX Runtime, which take some of its memory
            ("libtorch", TorchProbes.All, "build again: the packages TorchSharp and libtorch-cpu bring the libraries"),
            ("pictures", PictureProbes.All, "build again: the package SkiaSharp.NativeAssets.Linux.NoDependencies brings the library"),
            ("ONNX Runtime", RuntimeProbes.All, $"build again; where {OrtRuntime.LibraryVariable} is set, correct or unset it"),
            ("machine", MachineProbes.All, "report this"),
            ("disk", () => DiskProbes.All(output), "check the folder and TMPDIR"),
            ("shared data", DataProbes.All, "report this"),
        ]);

    /// <summary>Runs some probes.</summary>
    /// <param name="probes">What is checked, the probe, and what to do if it fails.</param>
    internal static IReadOnlyList<Finding> Run(IReadOnlyList<(string What, Func<IEnumerable<Finding>> Probe, string Remedy)> probes)
    {
        var findings = new List<Finding>();
        foreach (var (what, probe, remedy) in probes)
        {
            try
            {
                foreach (var finding in probe())
                {
                    findings.Add(finding);
                }
            }
#pragma warning disable CA1031 // A missing or broken library may throw anything, and the doctor must report it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                findings.Add(Finding.Fail(what, Message(failure), remedy));
            }
        }

        return findings;
    }

    // The runtime wraps exceptions of static constructors and reflected calls; the cause is inside.
    private static string Message(Exception failure)
    {
        while (failure is TypeInitializationException or TargetInvocationException && failure.InnerException is { } cause)
        {
            failure = cause;
        }

        return string.Join(' ', failure.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}

/// <summary>Checks the library that decodes pictures.</summary>
internal static class PictureProbes
{
    public static IEnumerable<Finding> All() =>
        [Finding.Ok("Skia", $"{SkiaSharpVersion.Native}, {LoadedLibraries.Find("libSkiaSharp") ?? "loaded"}")];
}

/// <summary>Checks the program itself and its runtime.</summary>
internal static class PackageProbes
{
    public static IEnumerable<Finding> All()
    {
        string? version = typeof(PackageProbes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        yield return Finding.Ok("cluster", $"{version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
    }
}

/// <summary>Real networks and images for the demo and the tests; not part of the repository.</summary>
internal static class DataProbes
{
    public static IEnumerable<Finding> All()
    {
        yield return Find() is { } folder
            ? Finding.Ok("shared data", folder)
            : Finding.Ok("shared data", "no ../shared/data here: the demo uses its generated sample, tests on real networks are skipped");
    }

    /// <summary>CLUSTER_SHARED_DATA, else shared/data next to any folder above the program.</summary>
    internal static string? Find() => DataRoots.Shared() is { } folder && Directory.Exists(folder) ? folder : null;
}

/// <summary>The files mapped into this process: the only reliable way to tell which of several libraries was loaded.</summary>
internal static class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    /// <summary>
    /// Path of the loaded library whose file name begins with <paramref name="name"/>; null if it is not loaded or the system does not
    /// tell.
    /// </summary>
    public static string? Find(string name) => !File.Exists(Maps)
        ? null
        : File.ReadLines(Maps)
            .Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var start ? line[start..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
}

/// <summary>Checks libtorch and CUDA.</summary>
internal static class TorchProbes
{
    public static IEnumerable<Finding> All()
    {
        string version = TorchSettings.Version;
        yield return Finding.Ok(
            "libtorch",
            $"{version}, TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}, "
            + $"{TorchSettings.Threads} thread(s) an operator, {LoadedLibraries.Find("libtorch_cpu") ?? "loaded"}");
        if (TorchLibrary.IsMended)
        {
            yield return Finding.Ok("libstdc++", "older than TorchSharp's: its library is loaded from a patched copy in memory");
        }

        yield return TorchSettings.CudaDevices is > 0 and var devices
            ? Finding.Ok("CUDA", $"{devices} device(s) in libtorch; --device cuda can be used")
            : Finding.Ok("CUDA", "none in libtorch; everything runs on the processor");
    }
}

/// <summary>Checks processor and memory.</summary>
internal static class MachineProbes
{
    private const double SmallMemoryGiB = 2;

    public static IEnumerable<Finding> All()
    {
        yield return Judge(MachineDescription.InstructionSet(), MachineDescription.Short());

        if (TimingAgent.Configured is { } agent)
        {
            yield return Judge(agent);
        }

        // Honours a container's limit, which /proc/meminfo does not.
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        yield return memory < SmallMemoryGiB
            ? Finding.Warn("memory", $"{memory:F1} GiB", "use small image sets, which are held in memory")
            : Finding.Ok("memory", $"{memory:F1} GiB");
    }

    /// <summary>Whether the machine to time on answers.</summary>
    internal static Finding Judge(TimingAgent agent)
    {
        try
        {
            return Finding.Ok("timing agent", $"{agent.Machine}, {agent.Runtime}");
        }
        catch (JobException failure)
        {
            return Finding.Fail("timing agent", failure.Message, $"correct {TimingAgent.Variable}");
        }
    }

    /// <summary>Whether 8-bit products are exact and fast with this instruction set.</summary>
    internal static Finding Judge(string set, string found) => set is "avx512" or "avx2" or "sse"
        ? Finding.Warn(
            "processor",
            $"{found}: {MachineDescription.WithoutVnni}",
            "accuracy and milliseconds hold for this processor only; measure again where the network will run")
        : Finding.Ok("processor", found);
}

/// <summary>Checks the free space for a job's files.</summary>
internal static class DiskProbes
{
    private const double NeededGiB = 0.1;
    private const double ComfortableGiB = 1;

    public static IEnumerable<Finding> All(string output)
    {
        yield return Free("disk (output)", output);
        yield return Free("disk (temporary)", Path.GetTempPath());
    }

    private static Finding Free(string what, string folder)
    {
        string? existing = Path.GetFullPath(folder);
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        double free = new DriveInfo(existing ?? "/").AvailableFreeSpace / (double)(1L << 30);
        string found = $"{free:F1} GiB free for {folder}";
        return free < NeededGiB ? Finding.Fail(what, found, "free some space, or choose another folder")
            : free < ComfortableGiB ? Finding.Warn(what, found, "free some space: a job on large networks needs about 1 GiB")
            : Finding.Ok(what, found);
    }
}

/// <summary>Checks ONNX Runtime and the execution providers with which a session really opens.</summary>
internal static class RuntimeProbes
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["CPUExecutionProvider"] = "cpu",
        ["CUDAExecutionProvider"] = "cuda",
        ["TensorrtExecutionProvider"] = "tensorrt",
    };

    public static IEnumerable<Finding> All()
    {
        string version = OrtRuntime.Version;
        yield return Finding.Ok("ONNX Runtime", $"{version}, {LoadedLibraries.Find("libonnxruntime.so") ?? "loaded"}");

        // The library lists what it was compiled for, even if the provider's own library or its GPU is missing.
        foreach (string provider in OrtRuntime.Providers)
        {
            yield return Known.TryGetValue(provider, out string? name)
                ? Try(provider, name)
                : Finding.Ok("provider", $"{provider}: listed, not used by this program");
        }
    }

    private static Finding Try(string provider, string name)
    {
        if (ProviderProbe.Problem(name) is not { } problem)
        {
            return Finding.Ok("provider", $"{provider}: can be used");
        }

        string found = $"{provider}: listed, but cannot be used here ({problem})";
        return name == "cpu" ? Finding.Fail("provider", found, "use another build of ONNX Runtime")
            : HasGpu() ? Finding.Warn("provider", found, "to measure on the GPU, install what the message names")
            : Finding.Ok("provider", found);
    }

    // NVIDIA's driver creates this device; without it a missing GPU provider does not matter.
    private static bool HasGpu() => File.Exists("/dev/nvidiactl");
}
