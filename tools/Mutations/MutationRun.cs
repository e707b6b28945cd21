using System.Diagnostics;

namespace Cluster.Mutations;

/// <summary>
/// Has children read damaged files under a cap on memory; one that ends is followed by another behind the case it ended at.
/// </summary>
/// <param name="Kind">A name of <see cref="MutationKind.Names"/>.</param>
/// <param name="Seed">With a case's number its damage.</param>
internal sealed record MutationRun(string Kind, long Seed)
{
    // Of the managed heap, and of all that a child may write to: libraries, threads and heaps together.
    private const long HeapBytes = 512L << 20;
    private const long DataKilobytes = 4L << 20;

    // A child that says nothing for so long hangs, however busy the machine is.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>Reads the cases from a number on.</summary>
    public async Task<MutationOutcome> RunAsync(int from, int count, CancellationToken cancellation)
    {
        var tally = new Tally();
        int next = from;
        while (next < from + count)
        {
            int ended = await ChildAsync(next, from + count - next, tally, cancellation);
            next = ended + 1;
        }

        return new MutationOutcome(Kind, count, tally.Read, tally.Refused, tally.Slowest, tally.Faults);
    }

    // The number of the last case that was begun.
    private async Task<int> ChildAsync(int from, int count, Tally tally, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mutations");
        using var child = Start(from, count, folder.FullName);
        int last = from - 1;
        bool hasEnded = false;
        try
        {
            var errors = child.StandardError.ReadToEndAsync(cancellation);
            while (await LineAsync(child, cancellation) is { } line)
            {
                string[] words = line.Split(' ', 3);
                switch (words[0])
                {
                    case MutationChild.Begin:
                        last = Number(words[1]);
                        break;
                    case MutationChild.Failed:
                        tally.Faults.Add(new MutationFault(Number(words[1]), words[2]));
                        break;
                    case MutationChild.End:
                        string[] refusedAndSlowest = words[2].Split(' ');
                        tally.Read += Number(words[1]);
                        tally.Refused += Number(refusedAndSlowest[0]);
                        tally.Slowest = Math.Max(tally.Slowest, double.Parse(refusedAndSlowest[1], CultureInfo.InvariantCulture));
                        hasEnded = true;
                        break;
                }
            }

            await child.WaitForExitAsync(cancellation);
            if (hasEnded)
            {
                return from + count - 1;
            }

            if (last < from)
            {
                throw new InvalidOperationException($"The child did not read the good files of {Kind}: {await errors}");
            }

            tally.Faults.Add(new MutationFault(last, $"ended the child with code {child.ExitCode}: {await errors}"));
        }
        catch (TimeoutException)
        {
            tally.Faults.Add(new MutationFault(last, $"said nothing for {Silence.TotalSeconds:F0} s"));
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill(entireProcessTree: true);
            }

            folder.Delete(recursive: true);
        }

        tally.Slowest = double.NaN;
        return last;
    }

    private static Task<string?> LineAsync(Process child, CancellationToken cancellation) =>
        child.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(Silence, cancellation);

    private Process Start(int from, int count, string folder)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Cluster.Mutations");
        string[] arguments = [Kind, Text(Seed), Text(from), Text(count), folder];
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", $"ulimit -d {Text(DataKilobytes)} && ulimit -c 0 && exec \"$0\" \"$@\"", program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapBytes.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Tally
    {
        public int Read { get; set; }

        public int Refused { get; set; }

        public double Slowest { get; set; }

        public List<MutationFault> Faults { get; } = [];
    }
}
