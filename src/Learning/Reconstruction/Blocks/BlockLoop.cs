using Cluster.DataSpecs.Models;
using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// The iterations of one block: a batch, forward and backward over its parts concurrently, and the update of the learned numbers.
/// </summary>
internal sealed class BlockLoop : IDisposable
{
    private const int ReportEvery = 50;

    // Purposes of seeds.
    private const int BatchOrder = 0;
    private const int InputMask = 1 << 16;
    private const int ScaleMask = 1 << 24;

    private readonly BlockJob _job;
    private readonly ReconstructionOptions _options;
    private readonly BlockVariables _variables;
    private readonly ShardTeam _team;
    private readonly BatchPart[] _parts;

    public BlockLoop(BlockJob job, ReconstructionOptions options, LearnedNumbers numbers, BlockVariables variables, ShardTeam team)
    {
        _job = job;
        _options = options;
        _variables = variables;
        _team = team;
        int count = Math.Min(team.Parts, options.BatchSize);
        _parts = [.. Enumerable.Range(0, count).Select(part => MakePart(part, count, numbers))];
    }

    /// <param name="report">Sometimes receives the iteration, from 1.</param>
    /// <param name="pause">Called before each iteration; may throw to end the loop.</param>
    public void Run(Action<int> report, Action pause)
    {
        long[] rows = new long[_options.BatchSize];
        for (int iteration = 1; iteration <= _job.Phase.Iterations; iteration++)
        {
            pause();
            Seeds.Batch(Seed(iteration, BatchOrder), _job.Trained, _options.Method == ReconstructionMethod.QDrop, rows);
            Differentiate(rows, iteration);
            Update(iteration);
            if (iteration % ReportEvery == 0 || iteration == _job.Phase.Iterations)
            {
                report(iteration);
            }
        }
    }

    public void Dispose() => _parts.DisposeAll();

    private BatchPart MakePart(int part, int count, LearnedNumbers numbers)
    {
        int first = _options.BatchSize * part / count;
        var made = new BatchPart(_job, first, (_options.BatchSize * (part + 1) / count) - first, _options, _variables);
        if (_variables.Roundings.Count == 0)
        {
            numbers.SetWeights(made.Quantization, numbers.Codes(_job.Block));
        }

        if (_job.Phase.LearnsScales)
        {
            numbers.SetReads(made.Quantization, _job.Block);
        }

        _variables.Scales?.Attach(made.Quantization);
        return made;
    }

    private ulong Seed(int iteration, int purpose) => Seeds.Of(_options.Seed, _job.Index, iteration, purpose);

    private void Differentiate(long[] rows, int iteration)
    {
        _team.Run(part =>
        {
            if (part < _parts.Length)
            {
                _parts[part].Run(
                    rows, input => Seed(iteration, InputMask + input), ordinal => Seed(iteration, ScaleMask + ordinal));
            }
        });
    }

    private void Update(int iteration)
    {
        double lambda = RoundingSchedule.IsRegularized(iteration, _options.Iterations) ? RoundingSchedule.Lambda : 0;
        double beta = RoundingSchedule.Beta(iteration, _options.Iterations);
        var roundings = _variables.Roundings;
        int stride = Math.Min(_team.Parts, roundings.Count);
        if (stride > 0)
        {
            _team.Run(worker =>
            {
                for (int i = worker; i < roundings.Count && worker < stride; i += stride)
                {
                    int at = i;
                    roundings[i].Variable.Iterate([.. _parts.Select(part => part.Gradients[at])], _options.RoundingRate, lambda, beta);
                }
            });
        }

        double rate = RoundingSchedule.Cosine(_options.ScaleRate, iteration, _job.Phase.Iterations);
        _variables.Scales?.Update(_parts.Select(part => part.Gradients.Skip(roundings.Count)), rate);
        foreach (var part in _parts)
        {
            part.DropGradients();
        }
    }
}

/// <summary>Seeds that depend only on their purpose: an iteration can be repeated without the ones before it.</summary>
internal static class Seeds
{
    public static ulong Of(long seed, int block, int iteration, int purpose)
    {
        var root = new SplitMix64(unchecked((ulong)seed));
        var ofBlock = new SplitMix64(root.Next() ^ unchecked((ulong)block * 0x9E3779B97F4A7C15));
        var ofIteration = new SplitMix64(ofBlock.Next() ^ unchecked((ulong)iteration * 0xD1B54A32D192ED03));
        var use = new SplitMix64(ofIteration.Next() ^ unchecked((ulong)purpose * 0x8CB92BA72F3D8DD7));
        return use.Next();
    }

    /// <summary>Rows of one batch: with replacement as in QDrop, or without as in BRECQ.</summary>
    public static void Batch(ulong seed, int images, bool replace, Span<long> rows)
    {
        var random = new SplitMix64(seed);
        if (replace || rows.Length > images)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] = random.Below(images);
            }

            return;
        }

        // Floyd's sample without replacement, then the order of drawing.
        var seen = new HashSet<long>();
        for (int i = 0; i < rows.Length; i++)
        {
            int limit = images - rows.Length + i;
            long row = random.Below(limit + 1);
            rows[i] = seen.Add(row) ? row : limit;
            seen.Add(rows[i]);
        }
    }
}
