using Cluster.Learning.Reconstruction.Blocks;
using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction;

/// <summary>One run of <see cref="Reconstructor"/>: its network, caches and threads.</summary>
internal sealed class ReconstructionSession(
    GroupedGraph graph,
    ReconstructionStart start,
    ImageBatches images,
    ReconstructionOptions options,
    StateFolder? folder,
    IProgress<ReconstructionProgress>? progress,
    TimeProvider time,
    Yielding? yielding,
    CancellationToken cancellation) : IDisposable
{
    private readonly int _trained = Trained(images.Images.Count, options);
    private readonly ProgramBuilder _programs = new(graph, hasGradients: true, options.Device);
    private readonly IReadOnlyList<ReconstructionBlock> _blocks =
        BlockFinder.Find(graph, options.Method == ReconstructionMethod.AdaRound, ReconstructionOptions.MaximumLayers);

    private readonly LearnedNumbers _numbers = Nearest(graph, start);
    private readonly SpillSpace _space = new(options.CacheBytes, options.SpillFolder ?? Path.GetTempPath());
    private readonly ShardTeam _team = new(options.Device.IsHost ? options.Parts : 1); // a device runs its work in order
    private readonly List<BlockOutcome> _outcomes = [];
    private ReconstructionState? _state; // its key needs the cached images

    public ReconstructionResult Run()
    {
        var phases = ReconstructionPhase.Of(options);
        int Learned(ReconstructionPhase phase) => _blocks.Count(block => IsLearned(block, phase));
        var meter = new ProgressMeter(progress, phases.Sum(Learned), phases.Sum(phase => (long)phase.Iterations * Learned(phase)), time);
        foreach (var phase in phases)
        {
            RunPhase(phase, meter);
        }

        return new ReconstructionResult(_numbers.Of(_numbers.Grids.Keys, _numbers.Activations.Keys), _outcomes);
    }

    public void Dispose()
    {
        _team.Dispose();
        _programs.Dispose();
        _space.Dispose();
    }

    private void RunPhase(ReconstructionPhase phase, ProgressMeter meter)
    {
        using var caches = new ActivationCaches(graph, _blocks);
        Begin(phase, caches);
        using var outputs = phase.ExactInputs ? NetworkJudge.Of(
            graph, _programs, _numbers, caches[graph.Input.Name].Exact, _trained, _team, cancellation) : null;
        for (int block = 0; block < _blocks.Count; block++)
        {
            GiveWay();
            RunBlock(phase, block, caches, outputs?.Judge, meter);
        }
    }

    // Called before each short piece of work.
    private void GiveWay()
    {
        cancellation.ThrowIfCancellationRequested();
        if (yielding?.IsDue() == true)
        {
            yielding.GiveWay();
        }
    }

    private static int Trained(int count, ReconstructionOptions options) => count - options.HeldOut(count) is >= 1 and var trained
        ? trained
        : throw new KernelException(
            $"{count} calibration images were given; at least 2 are needed, one to learn from and one to judge by.");

    // Every weight rounded to nearest.
    private static LearnedNumbers Nearest(GroupedGraph graph, ReconstructionStart start)
    {
        var grids = new Dictionary<string, WeightGrid>(StringComparer.Ordinal);
        var codes = new Dictionary<string, sbyte[]>(StringComparer.Ordinal);
        var weighted = graph.WeightedNodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        foreach (var (name, form) in start.Weights)
        {
            if (!weighted.TryGetValue(name, out var node))
            {
                throw new KernelException(
                    $"Bits were given for the weights of '{name}', but the network has no convolution or product of that name "
                    + "with constant weights.");
            }

            if (form.Bits is < 2 or > 8)
            {
                throw new KernelException($"{form.Bits} bits were asked for the weights of '{name}'; reconstruction has 2 to 8.");
            }

            var data = graph.Graph.Initializers[node.Inputs[1]];
            grids[name] = WeightGridSearch.Find(
                data.As<float>(), data.Shape, WeightBank.OutputAxis(node), form, form.PairsOf(node, data.Shape));
            codes[name] = grids[name].Nearest(data.As<float>());
        }

        var numbers = new LearnedNumbers(grids, start.Activations, start.Readers, start.Fixed);
        numbers.Set(codes, start.Activations);
        return numbers;
    }

    // BRECQ leaves the 8-bit ends of a low-bit network at their nearest codes.
    private bool IsLearned(ReconstructionBlock block, ReconstructionPhase phase)
    {
        if (!phase.LearnsWeights)
        {
            return block.Weighted.Count > 0 && block.Nodes.Any(node => _numbers.HasOwnScale(node.Output));
        }

        var forms = block.Weighted
            .Where(node => start.Weights.ContainsKey(node.Name))
            .Select(node => start.Weights[node.Name])
            .ToList();
        bool spared = options.Method == ReconstructionMethod.Brecq
            && forms.TrueForAll(form => form.Bits == 8)
            && start.Weights.Values.Any(form => form.Bits < 8);
        return forms.Count > 0 && !spared;
    }

    /// <summary>Caches the images, both exact and as the first blocks see them.</summary>
    private void Begin(ReconstructionPhase phase, ActivationCaches caches)
    {
        var set = images.RequireImages();
        TensorCache Cache() => new(_space, set.Count, [set.Channels, set.Height, set.Width], options.Device);
        var exact = Cache();
        bool quantizes = phase is { LearnsScales: true, ExactInputs: false } && _numbers.IsMadeQuantized(graph.Input.Name);
        var quantized = quantizes ? Cache() : exact;
        caches.Add(graph.Input.Name, quantized, exact);
        _team.ForEach(images.Count, batch =>
        {
            using var pixels = images.Tensor(batch);
            exact.Write(images.Start(batch), pixels);
            if (quantizes)
            {
                using var rounded = TensorQuantizer.FakeQuantize(pixels, start.Activations[graph.Input.Name]);
                quantized.Write(images.Start(batch), rounded);
            }
        }, cancellation);
        _state ??= new ReconstructionState(folder, ReconstructionDigest.Of(graph, start, options, exact));
    }

    private void RunBlock(ReconstructionPhase phase, int index, ActivationCaches caches, BlockJudge? outputs, ProgressMeter meter)
    {
        var block = _blocks[index];
        var segment = _programs.Segment(block.Nodes);
        var inputs = segment.Inputs.Select(input => caches[input]).ToList();
        var targets = SegmentCaching.Run(segment, [.. inputs.Select(input => input.Exact)], null, _team, cancellation);
        var handedOn = targets;
        try
        {
            if (IsLearned(block, phase))
            {
                Learn(phase, index, segment, caches, targets, outputs, meter);
            }

            handedOn = phase.ExactInputs ? targets : HandOn(phase, block, segment, inputs);
        }
        catch
        {
            targets.DisposeAll();

            throw;
        }

        for (int i = 0; i < targets.Length; i++)
        {
            caches.Add(segment.Outputs[i], handedOn[i], targets[i]);
        }

        caches.DropAfter(index);
    }

    /// <summary>Computes the prefix of the next blocks: decided roundings, and quantized activations if this phase has them.</summary>
    private TensorCache[] HandOn(
        ReconstructionPhase phase,
        ReconstructionBlock block,
        NetworkProgram segment,
        List<(TensorCache Quantized, TensorCache Exact)> inputs)
    {
        GiveWay();
        using var quantization = _numbers.Quantization(
            block, _numbers.Codes(block), phase.LearnsScales ? _numbers.Activations : null, options.Device);
        return SegmentCaching.Run(segment, [.. inputs.Select(input => input.Quantized)], quantization, _team, cancellation);
    }

    private void Learn(
        ReconstructionPhase phase,
        int index,
        NetworkProgram segment,
        ActivationCaches caches,
        TensorCache[] targets,
        BlockJudge? outputs,
        ProgressMeter meter)
    {
        var block = _blocks[index];
        if (_state!.Load(phase, index) is { } known)
        {
            _numbers.Set(
                known.Learned.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.Codes, StringComparer.Ordinal),
                known.Learned.Activations);
            meter.Skip(phase.Iterations);
            _outcomes.Add(known.Outcome);
            return;
        }

        GiveWay();
        var job = new BlockJob(
            index,
            block,
            segment,
            phase,
            [.. segment.Inputs.Select(input => phase.ExactInputs ? (caches[input].Exact, caches[input].Exact) : caches[input])],
            targets,
            _trained,
            outputs ?? new BlockJudge(block, segment, [.. segment.Inputs.Select(input => caches[input].Quantized)], targets, _trained));
        meter.Begin();
        var outcome = new BlockTrainer(graph, job, options, _numbers, _team)
            .Train(iteration => meter.Report(block.Name, _outcomes.Count, iteration), GiveWay, time);
        meter.End(phase.Iterations);
        _outcomes.Add(outcome);
        _state.Save(
            phase, index, _numbers.Of(block.Weighted.Select(node => node.Name), block.Nodes.Select(node => node.Output)), outcome);
    }
}

/// <summary>The learned numbers, and the outcome of each block.</summary>
public sealed record ReconstructionResult(LearnedParameters Parameters, IReadOnlyList<BlockOutcome> Blocks);

/// <summary>The progress of a reconstruction.</summary>
/// <param name="Block">The block's name: its weighted nodes.</param>
/// <param name="Index">The block's index, from 0, of <paramref name="Count"/> blocks (BRECQ counts each of its phases).</param>
/// <param name="Iteration">Iterations done in this block.</param>
/// <param name="IterationsPerSecond">Rate over all blocks of this call; 0 before the first.</param>
/// <param name="Remaining">Estimate from that rate; null while there is none.</param>
public sealed record ReconstructionProgress(
    string Block, int Index, int Count, int Iteration, double IterationsPerSecond, TimeSpan? Remaining);

/// <summary>Turns iterations into a rate and an estimate of the time left.</summary>
internal sealed class ProgressMeter(IProgress<ReconstructionProgress>? progress, int blocks, long iterations, TimeProvider time)
{
    private long _started;
    private long _done;
    private long _skipped;
    private double _seconds;

    /// <summary>Counts blocks that an earlier run finished.</summary>
    public void Skip(int count) => _skipped += count;

    public void Begin() => _started = time.GetTimestamp();

    public void Report(string block, int index, int iteration)
    {
        double seconds = _seconds + time.GetElapsedTime(_started).TotalSeconds;
        double rate = seconds > 0 ? (_done + iteration) / seconds : 0;
        long left = iterations - _skipped - _done - iteration;
        progress?.Report(new ReconstructionProgress(
            block, index, blocks, iteration, rate, rate > 0 ? TimeSpan.FromSeconds(left / rate) : null));
    }

    public void End(int count)
    {
        _done += count;
        _seconds += time.GetElapsedTime(_started).TotalSeconds;
    }
}
