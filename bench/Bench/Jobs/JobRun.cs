using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Results;
using Cluster.Plans;
using Cluster.Terminal;

namespace Cluster.Bench.Jobs;

/// <summary>One `run` as a process of its own, as a user has it.</summary>
/// <param name="PeakBytes">
/// The most that was resident in the process and its children together; what came in the last twentieth of a second may be missed.
/// </param>
internal sealed record JobRun(ResultDocument Result, TimeSpan Time, long PeakBytes)
{
    private const string Peak = "VmHWM:";
    private const string Resident = "VmRSS:";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>The winner's formats, a character a group in the network's order: . for FP32, 8 for anything quantized.</summary>
    public string Pattern =>
        string.Concat(Result.Winner.Plan.Groups.Select(group => group.Format == GroupFormat.Baseline ? '.' : '8'));

    /// <summary>Runs it to its end; what it says goes to standard error.</summary>
    /// <param name="program">Another build's; null: this one's.</param>
    /// <exception cref="JobException">It ended without a result.</exception>
    public static async Task<JobRun> StartAsync(
        string output, IEnumerable<string> arguments, CancellationToken cancellation, string? program = null)
    {
        program ??= Path.Combine(AppContext.BaseDirectory, "Cluster.Cli");
        var start = new ProcessStartInfo(program, ["run", "-o", output, "--fresh", "--cache", "none", .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await using var stop = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var text = process.StandardOutput.ReadToEndAsync(cancellation);
        long peak = await PeakAsync(process, cancellation);
        var time = watch.Elapsed;
        await Console.Error.WriteAsync(await text);
        string result = Path.Combine(output, "result.json");
        return process.ExitCode is ExitCode.Done or ExitCode.NothingFeasible or ExitCode.Unclear && File.Exists(result)
            ? new JobRun(ResultDocument.Parse(await File.ReadAllTextAsync(result, cancellation), result), time, peak)
            : throw new JobException($"`run` ended with status {process.ExitCode}; see what it wrote above.");
    }

    // The kernel keeps the most of a process itself; of several at once only what they have now is known.
    private static async Task<long> PeakAsync(Process process, CancellationToken cancellation)
    {
        long peak = 0;
        using var timer = new PeriodicTimer(Look);
        while (!process.HasExited)
        {
            int[] children = [.. Children(process.Id)];
            peak = Math.Max(
                peak,
                children.Length == 0 ? Bytes(process.Id, Peak) : children.Append(process.Id).Sum(one => Bytes(one, Resident)));
            await timer.WaitForNextTickAsync(cancellation);
        }

        await process.WaitForExitAsync(cancellation);
        return peak;
    }

    // With their own.
    private static IEnumerable<int> Children(int process)
    {
        int[] children;
        try
        {
            children =
            [
                .. Directory.GetDirectories($"/proc/{process}/task")
                    .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children"))
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
            ];
        }
        catch (IOException)
        {
            return []; // It, or one of its threads, has just ended.
        }

        return children.Concat(children.SelectMany(Children));
    }

    private static long Bytes(int process, string name)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal));
            string? kilobytes = line?[name.Length..].Replace("kB", "", StringComparison.Ordinal);
            return kilobytes is null ? 0 : 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It has just ended.
        }
    }
}
