using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction.Blocks;
using Cluster.Kernels.Learning.Reconstruction.Caching;
using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>One run of <see cref="Reconstructor"/>: its network, caches and threads.</summary>
internal sealed class ReconstructionSession : IDisposable
{
    private readonly GroupedGraph _graph;
    private readonly ReconstructionStart _start;
    private readonly ImageBatches _images;
    private readonly ReconstructionOptions _options;
    private readonly StateFolder? _state;
    private readonly Yielding? _yielding;
    private readonly CancellationToken _cancellation;
    private readonly ProgramBuilder _programs;
    private readonly IReadOnlyList<ReconstructionBlock> _blocks;
    private readonly LearnedNumbers _numbers;
    private readonly SpillSpace _space;
    private readonly ShardTeam _team;
    private readonly int _trained;

    public ReconstructionSession(
        GroupedGraph graph,
        ReconstructionStart start,
        ImageBatches images,
        ReconstructionOptions options,
        StateFolder? state,
        Yielding? yielding,
        CancellationToken cancellation)
    {
        _graph = graph;
        _start = start;
        _images = images;
        _options = options;
        _state = state;
        _yielding = yielding;
        _cancellation = cancellation;
        _programs = new ProgramBuilder(graph, hasGradients: true, options.Device);
        _blocks = BlockFinder.Find(graph, options.Method == ReconstructionMethod.AdaRound, options.MaximumLayers);
        int count = images.Images.Count;
        _trained = count - options.HeldOut(count);
        if (_trained < 1)
        {
            throw new KernelException(
                $"{count} calibration images were given; at least 2 are needed, one to learn from and one to judge by.");
        }

        _numbers = new LearnedNumbers(Grids(graph, start), start.Activations, start.Readers);
        foreach (var (node, grid) in _numbers.Grids)
        {
            _numbers.SetCodes(node, grid.Nearest(WeightOf(node)));
        }

        _space = new SpillSpace(options.CacheBytes, options.SpillFolder ?? Path.GetTempPath());

        // A device has its own threads and runs its work in order.
        _team = new ShardTeam(options.Device.IsHost ? options.Parts : 1);
    }

    public ReconstructionResult Run(IProgress<ReconstructionProgress>? progress, TimeProvider time)
    {
        var phases = ReconstructionPhase.Of(_options);
        var outcomes = new List<BlockOutcome>();
        int learned = phases.Sum(phase => _blocks.Count(block => IsLearned(block, phase)));
        var meter = new ProgressMeter(
            progress, learned, phases.Sum(phase => (long)phase.Iterations * _blocks.Count(block => IsLearned(block, phase))), time);
        ReconstructionState? state = null;
        foreach (var phase in phases)
        {
            state = RunPhase(phase, state, outcomes, meter, time);
        }

        return new ReconstructionResult(_numbers.ToParameters(), outcomes);
    }

    public void Dispose()
    {
        _team.Dispose();
        _programs.Dispose();
        _space.Dispose();
    }

    // Called before each short piece of work.
    private void GiveWay()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_yielding?.IsDue() == true)
        {
            _yielding.GiveWay();
        }
    }

    private ReconstructionState RunPhase(
        ReconstructionPhase phase, ReconstructionState? state, List<BlockOutcome> outcomes, ProgressMeter meter, TimeProvider time)
    {
        using var caches = new ActivationCaches(_graph, _blocks);
        Begin(phase, caches);
        var kept = state
            ?? new ReconstructionState(_state, ReconstructionDigest.Of(_graph, _start, _options, caches[_graph.Input.Name].Exact));
        for (int block = 0; block < _blocks.Count; block++)
        {
            GiveWay();
            RunBlock(phase, block, caches, kept, outcomes, meter, time);
        }

        return kept;
    }

    private static Dictionary<string, WeightGrid> Grids(GroupedGraph graph, ReconstructionStart start)
    {
        var grids = new Dictionary<string, WeightGrid>(StringComparer.Ordinal);
        var weighted = graph.Groups
            .SelectMany(group => group.Nodes)
            .Where(node => graph.Roles.Of(node) == NodeRole.Weighted)
            .ToDictionary(node => node.Name, StringComparer.Ordinal);
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
                data.As<float>(), data.Shape, WeightBank.OutputAxis(node), form.Bits, form.PairsOf(node, data.Shape));
        }

        return grids;
    }

    private ReadOnlySpan<float> WeightOf(string node) =>
        _graph.Graph.Initializers[_graph.WeightedNodes.First(weighted => weighted.Name == node).Inputs[1]].As<float>();

    // BRECQ leaves the 8-bit ends of a low-bit network at their nearest codes.
    private bool IsLearned(ReconstructionBlock block, ReconstructionPhase phase)
    {
        var bits = block.Weighted
            .Where(node => _start.Weights.ContainsKey(node.Name))
            .Select(node => _start.Weights[node.Name].Bits)
            .ToList();
        bool hasScales = block.Nodes.Any(node => _numbers.IsMadeQuantized(node.Output));
        if (!phase.LearnsWeights)
        {
            return hasScales && block.Weighted.Count > 0;
        }

        bool spared = _options.Method == ReconstructionMethod.Brecq
            && bits.TrueForAll(b => b == 8)
            && _start.Weights.Values.Any(form => form.Bits < 8);
        return bits.Count > 0 && !spared;
    }

    /// <summary>Caches the images, both exact and as the first blocks see them.</summary>
    private void Begin(ReconstructionPhase phase, ActivationCaches caches)
    {
        var shape = new long[] { _images.RequireImages().Channels, _images.RequireImages().Height, _images.RequireImages().Width };
        var exact = new TensorCache(_space, _images.Images.Count, shape, _options.Device);
        bool quantizes = phase is { LearnsScales: true, ExactInputs: false } && _numbers.IsMadeQuantized(_graph.Input.Name);
        var quantized = quantizes ? new TensorCache(_space, _images.Images.Count, shape, _options.Device) : exact;
        caches.Add(_graph.Input.Name, quantized, exact);
        _team.ForEach(_images.Count, batch =>
        {
            using var pixels = _images.Tensor(batch);
            exact.Write(_images.Start(batch), pixels);
            if (quantizes)
            {
                using var rounded = TensorQuantizer.FakeQuantize(pixels, _start.Activations[_graph.Input.Name]);
                quantized.Write(_images.Start(batch), rounded);
            }
        }, _cancellation);
    }

    private void RunBlock(
        ReconstructionPhase phase,
        int index,
        ActivationCaches caches,
        ReconstructionState state,
        List<BlockOutcome> outcomes,
        ProgressMeter meter,
        TimeProvider time)
    {
        var block = _blocks[index];
        var segment = _programs.Segment(block.Nodes);
        var inputs = segment.Inputs.Select(input => caches[input]).ToList();
        var targets = SegmentCaching.Run(segment, [.. inputs.Select(input => input.Exact)], null, _team, _cancellation);
        var handedOn = targets;
        try
        {
            if (IsLearned(block, phase))
            {
                Learn(phase, index, segment, caches, targets, state, outcomes, meter, time);
            }

            handedOn = phase.ExactInputs ? targets : HandOn(phase, block, segment, inputs);
        }
        catch
        {
            foreach (var target in targets)
            {
                target.Dispose();
            }

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
        using var quantization = OwnQuantization(phase, block, out var owned);
        try
        {
            return SegmentCaching.Run(segment, [.. inputs.Select(input => input.Quantized)], quantization, _team, _cancellation);
        }
        finally
        {
            owned.ForEach(tensor => tensor.Dispose());
        }
    }

    private BlockQuantization OwnQuantization(ReconstructionPhase phase, ReconstructionBlock block, out List<Tensor> owned)
    {
        var codes = block.Weighted
            .Where(node => _numbers.Grids.ContainsKey(node.Name))
            .ToDictionary(node => node.Name, node => _numbers.Codes(node.Name), StringComparer.Ordinal);
        return DecidedRoundings.Quantization(
            block, _numbers, codes, phase.LearnsScales ? _numbers.Activations : null, _options.Device, out owned);
    }

    private void Learn(
        ReconstructionPhase phase,
        int index,
        NetworkProgram segment,
        ActivationCaches caches,
        TensorCache[] targets,
        ReconstructionState state,
        List<BlockOutcome> outcomes,
        ProgressMeter meter,
        TimeProvider time)
    {
        var block = _blocks[index];
        if (state.TryLoad(phase, index, out var learned, out var outcome))
        {
            foreach (var (node, weights) in learned.Weights)
            {
                _numbers.SetCodes(node, weights.Codes);
            }

            foreach (var (tensor, parameters) in learned.Activations)
            {
                _numbers.SetActivation(tensor, parameters);
            }

            meter.Skip(phase.Iterations);
            outcomes.Add(outcome);
            return;
        }

        GiveWay();
        TensorCache[] lossWeights = _options.Loss == ReconstructionLoss.Fisher && phase.LearnsWeights
            ? Fisher(phase, index, segment, caches, targets)
            : [];
        try
        {
            var job = new BlockJob(
                index,
                block,
                segment,
                phase,
                [.. segment.Inputs.Select(input => phase.ExactInputs ? (caches[input].Exact, caches[input].Exact) : caches[input])],
                targets,
                lossWeights,
                _trained);
            meter.Begin();
            int number = outcomes.Count;
            outcome = new BlockTrainer(_graph, job, _options, _numbers, _team)
                .Train((iteration, loss) => meter.Report(block.Name, number, iteration, phase.Iterations, loss), GiveWay, time);
            meter.End(phase.Iterations);
        }
        finally
        {
            foreach (var cache in lossWeights)
            {
                cache.Dispose();
            }
        }

        outcomes.Add(outcome);
        state.Save(phase, index, Part(block), outcome);
    }

    private TensorCache[] Fisher(
        ReconstructionPhase phase, int index, NetworkProgram segment, ActivationCaches caches, TensorCache[] targets)
    {
        var block = _blocks[index];
        var later = _blocks.Skip(index + 1).SelectMany(next => next.Nodes).ToList();
        using var quantization = OwnQuantization(phase, block, out var owned);
        try
        {
            return FisherWeights.Compute(
                segment, later.Count == 0 ? null : _programs.Segment(later), caches, targets, quantization, _team, _cancellation);
        }
        finally
        {
            owned.ForEach(tensor => tensor.Dispose());
        }
    }

    /// <summary>The learned numbers of this block only.</summary>
    private LearnedParameters Part(ReconstructionBlock block) => new()
    {
        Weights = block.Weighted.Where(node => _numbers.Grids.ContainsKey(node.Name))
            .ToDictionary(
                node => node.Name,
                node => new LearnedWeights(_numbers.Codes(node.Name), _numbers.Grids[node.Name].Scales),
                StringComparer.Ordinal),
        Activations = block.Nodes.Select(node => node.Output).Where(_numbers.Activations.ContainsKey)
            .ToDictionary(tensor => tensor, tensor => _numbers.Activations[tensor], StringComparer.Ordinal),
    };
}
