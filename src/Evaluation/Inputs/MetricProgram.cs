using System.ComponentModel;

namespace Cluster.Evaluation.Inputs;

/// <summary>
/// A user's command that judges predictions. The shell runs it with two more arguments, a file's path and the name of the set; it prints
/// numbers.
/// </summary>
/// <param name="command">As it was typed.</param>
/// <param name="limit">The command is killed after this time; null: <see cref="UsualLimit"/>.</param>
internal sealed class MetricProgram(string command, TimeSpan? limit = null) : IPredictionJudge
{
    private const int LongestQuote = 200;
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ','];

    /// <summary>The time after which it counts as hung.</summary>
    public static TimeSpan UsualLimit => TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    /// <exception cref="JobException">Its exit code was not 0, it ran too long, or it printed something else.</exception>
    public async Task<double[]> ScoreAsync(string file, string set, int samples, MachineLock machine, CancellationToken cancellation)
    {
        using var process = Start(file, set);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit ?? UsualLimit);
        string printed;
        string said;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            (printed, said) = (await output, await error);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Fault($"had not ended after {(limit ?? UsualLimit).TotalSeconds:0.#} s and was stopped");
        }
        finally
        {
            // Kills its child processes too; a process that has already ended is ignored.
            process.Kill(entireProcessTree: true);
        }

        if (process.ExitCode != 0)
        {
            string reason = Quote(said) is { Length: > 0 } line ? $"'{line}'" : "nothing";
            throw Fault($"ended with exit code {process.ExitCode} and said {reason}");
        }

        return Numbers(printed, samples);
    }

    private Process Start(string file, string set)
    {
        try
        {
            return Process.Start(Shell.Of(command, isAsked: false, file, set))!;
        }
        catch (Win32Exception failure)
        {
            throw Fault($"could not be started ({failure.Message})");
        }
    }

    private double[] Numbers(string printed, int samples)
    {
        string[] words = printed.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 1 && words.Length != samples)
        {
            throw Fault($"printed {words.Length} words, '{Quote(printed)}', for {samples} samples");
        }

        double[] numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !float.IsFinite((float)numbers[i]))
            {
                throw Fault($"printed '{Quote(words[i])}' as number {i + 1}");
            }
        }

        return numbers;
    }

    private JobException Fault(string what) => new(
        $"The command '{command}' {what}: it has to print one finite number, or one for each sample, within "
        + $"{(limit ?? UsualLimit).TotalMinutes:0.##} minutes, and end with 0; correct {JobLimits.MetricCommand.Name}.");

    // The end is the most useful part: scripts print their error in the last line.
    private static string Quote(string text)
    {
        string line = text.TrimEnd().Split('\n')[^1].Trim();
        return line.Length <= LongestQuote ? line : $"...{line[^LongestQuote..]}";
    }
}
