namespace Cluster.Networks.Runtimes.Timing;

/// <summary>Reads the profile of <see cref="OrtSession.EndProfiling"/>: trace events in JSON.</summary>
public static class OrtProfile
{
    private const string KernelSuffix = "_kernel_time";

    // A profile only suggests what to time and decides nothing: medians of a dozen runs are enough, and for a slow network those of a few.
    private const int WarmUpRuns = 3;
    private const int FewestRuns = 5;
    private const int LargestRuns = 25;
    private static readonly TimeSpan TimeCap = TimeSpan.FromSeconds(0.4);

    /// <summary>Runs a network and returns the times of its kernels.</summary>
    /// <param name="threads">Threads within a run.</param>
    /// <param name="inputs">One for each input of the network, in order.</param>
    /// <exception cref="KernelException">ONNX Runtime refuses the network.</exception>
    public static IReadOnlyList<OrtNodeTime> Take(
        ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"cluster-profile-{Path.GetRandomFileName()}");
        using var session = OrtSession.Open(file, new OrtSessionOptions { Threads = threads, ProfilePrefix = prefix });
        long began = TimeProvider.System.GetTimestamp();
        using var binding = session.Bind(inputs);
        for (int run = 0; run < WarmUpRuns + LargestRuns; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            binding.Run();
            if (run >= WarmUpRuns + FewestRuns - 1 && TimeProvider.System.GetElapsedTime(began) > TimeCap)
            {
                break;
            }
        }

        string profile = session.EndProfiling();
        try
        {
            return Read(profile, WarmUpRuns);
        }
        finally
        {
            File.Delete(profile);
        }
    }

    /// <summary>Times of all kernels, in the order in which they run.</summary>
    /// <param name="path">The profile.</param>
    /// <param name="skipRuns">Runs at the beginning to skip as warm-up.</param>
    /// <exception cref="KernelException">The file is not a profile, or has no runs beyond the skipped ones.</exception>
    public static IReadOnlyList<OrtNodeTime> Read(string path, int skipRuns = 0)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument profile = JsonDocument.Parse(file);
            return Medians(profile.RootElement, path, skipRuns);
        }
        catch (Exception unreadable)
            when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IOException)
        {
            throw new KernelException(
                $"'{path}' is not a profile of ONNX Runtime ({unreadable.Message}): pass the file that ended the profile of a session.",
                unreadable);
        }
    }

    private static List<OrtNodeTime> Medians(JsonElement events, string path, int skipRuns)
    {
        OrderedDictionary<int, (string Name, string Operator, List<double> Times)> kernels = [];
        foreach (JsonElement entry in events.EnumerateArray())
        {
            // Older versions also write a fence event before and after each kernel.
            if (!entry.GetProperty("cat").ValueEquals("Node")
                || entry.GetProperty("name").GetString() is not { } name
                || !name.EndsWith(KernelSuffix, StringComparison.Ordinal))
            {
                continue;
            }

            JsonElement arguments = entry.GetProperty("args");
            int index = int.Parse(arguments.GetProperty("node_index").GetString()!, CultureInfo.InvariantCulture);
            if (!kernels.TryGetValue(index, out var kernel))
            {
                kernel = (name[..^KernelSuffix.Length], arguments.GetProperty("op_name").GetString()!, []);
                kernels.Add(index, kernel);
            }

            kernel.Times.Add(entry.GetProperty("dur").GetDouble());
        }

        List<OrtNodeTime> nodes = [];
        foreach (var (index, (name, type, all)) in kernels)
        {
            List<double> times = all[Math.Min(skipRuns, all.Count)..];
            if (times.Count == 0)
            {
                throw new KernelException(
                    $"'{path}' holds {all.Count} runs of '{name}', but the first {skipRuns} are to be left "
                    + "out: profile more runs.");
            }

            nodes.Add(new OrtNodeTime(name, type, index, LatencyStatistics.Median(times), times.Count));
        }

        return nodes;
    }
}
