using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Results;
using Cluster.Plans;

namespace Cluster.Bench.Jobs;

/// <summary>One `run` as a process of its own, as a user has it.</summary>
/// <param name="PeakBytes">The most that was resident; what came in the last twentieth of a second may be missed.</param>
internal sealed record JobRun(ResultDocument Result, TimeSpan Time, long PeakBytes)
{
    private const string Peak = "VmHWM:";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>The winner's formats, a character a group in the network's order: . for FP32, 8 for anything quantized.</summary>
    public string Pattern =>
        string.Concat(Result.Winner.Plan.Groups.Select(group => group.Format == GroupFormat.Baseline ? '.' : '8'));

    /// <summary>Runs it to its end; what it says goes to standard error.</summary>
    /// <exception cref="JobException">It ended without a result.</exception>
    public static async Task<JobRun> StartAsync(string output, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Cluster.Cli");
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
        return process.ExitCode == 0 && File.Exists(result)
            ? new JobRun(ResultDocument.Parse(await File.ReadAllTextAsync(result, cancellation), result), time, peak)
            : throw new JobException($"`run` ended with status {process.ExitCode}; see what it wrote above.");
    }

    // The kernel keeps the most itself; it is asked until the process is gone.
    private static async Task<long> PeakAsync(Process process, CancellationToken cancellation)
    {
        long peak = 0;
        using var timer = new PeriodicTimer(Look);
        while (!process.HasExited)
        {
            peak = Math.Max(peak, HighWater(process.Id));
            await timer.WaitForNextTickAsync(cancellation);
        }

        await process.WaitForExitAsync(cancellation);
        return peak;
    }

    private static long HighWater(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(text => text.StartsWith(Peak, StringComparison.Ordinal));
            string? kilobytes = line?[Peak.Length..].Replace("kB", "", StringComparison.Ordinal);
            return kilobytes is null ? 0 : 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It has just ended.
        }
    }
}
