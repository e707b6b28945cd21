using Cluster.Evaluation.Failures;

namespace Cluster.Mutations;

/// <summary>
/// The child's work: reads damaged files one after the other and says on standard output which one it begins, which ones did not end
/// well, and at the end how many were read and refused.
/// </summary>
internal static class MutationChild
{
    /// <summary>Processor time after which a file counts as a hang, seconds; the machine may be busy with other things.</summary>
    public const double Longest = 2;

    public const string Begin = "begin";
    public const string Failed = "failed";
    public const string End = "end";

    /// <summary>Reads the cases from a number on.</summary>
    /// <param name="folder">An empty one of its own.</param>
    public static void Run(MutationKind kind, long seed, int from, int count, string folder, TextWriter say)
    {
        foreach (var sample in kind.Samples)
        {
            Write(folder, sample, sample.File(sample.Bytes));
        }

        // Good files are read, and what has to be loaded once is not part of a case.
        foreach (var sample in kind.Samples)
        {
            kind.Read(folder, sample);
        }

        var (read, refused) = (0, 0);
        double slowest = 0;
        MutationSample? damaged = null;
        for (int number = from; number < from + count; number++)
        {
            say.WriteLine($"{Begin} {number}");
            say.Flush();
            var (sample, file) = Damage.Of(kind, seed, number);
            if (damaged is not null && damaged != sample)
            {
                Write(folder, damaged, damaged.File(damaged.Bytes));
            }

            damaged = sample;
            Write(folder, sample, file);
            var began = Environment.CpuUsage.TotalTime;
            try
            {
                kind.Read(folder, sample);
                read++;
            }
            catch (Exception failure) when (Refusals.IsRefusal(failure))
            {
                refused++;
            }
#pragma warning disable CA1031 // Which exceptions get out of a reader is the question here; each is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                say.WriteLine($"{Failed} {number} {OneLine(failure)}");
            }

            double seconds = (Environment.CpuUsage.TotalTime - began).TotalSeconds;
            slowest = Math.Max(slowest, seconds);
            if (seconds > Longest)
            {
                say.WriteLine($"{Failed} {number} took {seconds.ToString("F1", CultureInfo.InvariantCulture)} s of the processor");
            }
        }

        say.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{End} {read} {refused} {slowest:F3}"));
        say.Flush();
    }

    private static void Write(string folder, MutationSample sample, byte[] file)
    {
        string path = Path.Combine(folder, sample.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file);
    }

    private static string OneLine(Exception failure) => failure.ToString().ReplaceLineEndings(" | ");
}
