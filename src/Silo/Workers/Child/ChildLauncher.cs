using System.IO.Pipes;
using Cluster.Storage.Locks;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// Starts children, all from one thread that lives as long as this process: Linux sends a parent-death signal when the forking thread ends,
/// and pool threads come and go. One thread also prevents a child from inheriting the pipes of another that starts at the same time.
/// </summary>
internal static class ChildLauncher
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ChildLauncher() => new Thread(Work) { IsBackground = true, Name = "child launcher" }.Start();

    /// <summary>Starts a child with its pipes.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static Task<(Process Process, Stream Requests, Stream Replies)> StartAsync(WorkerOptions options)
    {
        var started = new TaskCompletionSource<(Process, Stream, Stream)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(options));
            }
#pragma warning disable CA1031 // The exception belongs to the caller; this thread must continue.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    private static void Work()
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    }

    private static (Process Process, Stream Requests, Stream Replies) Start(WorkerOptions options)
    {
        var requests = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        var replies = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        try
        {
            var start = new ProcessStartInfo(options.Command.FileName, options.Command.Arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string argument in (string[])
            [
                ChildCommand.Verb, ChildCommand.Requests, requests.GetClientHandleAsString(), ChildCommand.Replies,
                replies.GetClientHandleAsString(),
                ChildCommand.Parent, $"{Environment.ProcessId}",
            ])
            {
                start.ArgumentList.Add(argument);
            }

            var own = start.Environment;
            foreach (string name in own.Keys.Where(name => !InheritedEnvironment.Holds(name, own)).ToArray())
            {
                own.Remove(name);
            }

            foreach (var (name, value) in ChildEnvironment.Of(options))
            {
                own[name] = value;
            }

            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return (process, requests, replies);
        }
        catch
        {
            requests.Dispose();
            replies.Dispose();
            throw;
        }
        finally
        {
            // The child has its own copies. While this process holds them too, the pipe stays open when the child ends.
            requests.DisposeLocalCopyOfClientHandle();
            replies.DisposeLocalCopyOfClientHandle();
        }
    }
}

/// <summary>
/// The variables that children inherit from the silo: an allow-list of those needed to run and compute. Others may contain passwords.
/// </summary>
internal static class InheritedEnvironment
{
    private const string Agent = "CLUSTER_TIMING_AGENT";
    private const string Logins = "SSH_AUTH_SOCK";

    private static readonly string[] Names =
    [
        "PATH", "HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LD_PRELOAD", "CLUSTER_ONNXRUNTIME",
        Agent, "CLUSTER_TIMING_SECONDS",
    ];

    // Settings of the runtime and of numeric libraries.
    private static readonly string[] Prefixes =
    [
        "LC_", "DOTNET_", "MALLOC_", "GLIBC_TUNABLES", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "ATEN_", "TORCH_",
        "PYTORCH_", "ORT_", "CUDA_", "CUBLAS_", "CUDNN_", "NVIDIA_", "NCCL_",
    ];

    /// <param name="name">The variable.</param>
    /// <param name="others">The silo's environment: logging in elsewhere is for those alone who time there.</param>
    public static bool Holds(string name, IDictionary<string, string?> others) =>
        (name == Logins && others.TryGetValue(Agent, out string? agent) && !string.IsNullOrEmpty(agent))
        || Names.Contains(name, StringComparer.Ordinal)
        || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}

/// <summary>Environment variables of a slot's child.</summary>
internal static class ChildEnvironment
{
    // Large blocks are allocated from the system and returned to it; otherwise glibc's heap grows with every large tensor.
    private const string MmapThreshold = "1048576";
    private const string Arenas = "4";

    /// <summary>The differences from the silo's own environment; null: the variable is removed.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(WorkerOptions options)
    {
        string cores = Math.Max(1, Environment.ProcessorCount / Math.Max(1, options.Slots)).ToString(CultureInfo.InvariantCulture);
        yield return ("MALLOC_MMAP_THRESHOLD_", MmapThreshold);
        yield return ("MALLOC_ARENA_MAX", Arenas);
        yield return ("DOTNET_PROCESSOR_COUNT", cores);
        yield return ("OMP_NUM_THREADS", cores);
        yield return ("OPENBLAS_NUM_THREADS", cores);
        yield return ("DOTNET_DbgEnableMiniDump", null);
        yield return (SlotDevice.Variable, SlotDevice.Of(options.Device));
        yield return (MachineLock.Variable, options.MachineLock ?? Environment.GetEnvironmentVariable(MachineLock.Variable));
        yield return (SlotDevice.ClassVariable, options.DeviceClass);
        yield return (VisibleDevices.OrderVariable, VisibleDevices.BusOrder);
        yield return (
            VisibleDevices.Variable, SlotDevice.NumberOf(options.Device) is { } gpu ? VisibleDevices.NameOf(gpu) : string.Empty);
    }
}
