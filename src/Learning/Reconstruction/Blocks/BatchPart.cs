using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// One part of a batch: buffers that are refilled in every iteration, leaves that share the roundings' memory, gradients of the last
/// iteration.
/// </summary>
internal sealed class BatchPart : IDisposable
{
    private readonly BlockJob _job;
    private readonly int _first;
    private readonly int _count;
    private readonly int _batch;
    private readonly Tensor[] _inputs;
    private readonly Tensor[] _targets;
    private readonly Tensor[] _weights;
    private readonly string[] _scaled;
    private readonly BlockQuantization _quantization;

    public BatchPart(BlockJob job, int first, int count, ReconstructionOptions options, BlockVariables variables)
    {
        _job = job;
        _first = first;
        _count = count;
        _batch = options.BatchSize;
        _inputs = [.. job.Inputs.Select(input => input.Quantized.Buffer(count))];
        _targets = [.. job.Targets.Select(target => target.Buffer(count))];
        _scaled = [.. variables.Scaled];
        _quantization = new BlockQuantization
        {
            Device = options.Device,
            QuantizedShare = options.Method == ReconstructionMethod.QDrop ? ReconstructionOptions.QuantizedShare : 1,
            ScalesGradients = options.Method == ReconstructionMethod.QDrop,
            Part = (first, count, _batch),
        };
        _weights = [.. variables.Roundings.Select(rounding =>
        {
            var leaf = rounding.Variable.Weights.detach().requires_grad_(); // the same memory
            _quantization.SetWeight(rounding.Node, leaf);
            return leaf;
        })];
    }

    public BlockQuantization Quantization => _quantization;

    /// <summary>
    /// Gradients of the weights, then of the scales, since the last <see cref="Run"/>; the caller disposes them with
    /// <see cref="DropGradients"/>.
    /// </summary>
    public IList<Tensor> Gradients { get; private set; } = [];

    /// <summary>Forward and backward over this part of a batch.</summary>
    /// <param name="batch">Rows of the whole batch.</param>
    public void Run(ReadOnlySpan<long> batch, Func<int, ulong> inputSeed, Func<int, ulong> scaleSeed)
    {
        using var scope = NewDisposeScope(); // a custom autograd function leaves handles behind in its forward and its backward pass
        var rows = batch.Slice(_first, _count);
        for (int i = 0; i < _inputs.Length; i++)
        {
            var (quantized, exact) = _job.Inputs[i];
            bool mixes = _quantization.QuantizedShare < 1 && !ReferenceEquals(quantized, exact);

            // Each part has its own seed, because positions within a part begin at 0.
            quantized.Gather(
                mixes ? exact : null, rows, mixes ? _quantization.QuantizedShare : 1, inputSeed((i * _batch) + _first), _inputs[i]);
        }

        for (int i = 0; i < _targets.Length; i++)
        {
            _job.Targets[i].Gather(null, rows, 1, 0, _targets[i]);
        }

        _quantization.Seed = scaleSeed;
        var outputs = _job.Segment.Run(_inputs, _quantization);
        var losses = new Tensor[outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            // Tokens that were joined with the batch are positions.
            losses[i] = PowerLoss.Of(outputs[i], _targets[i], _job.Phase.Power, _batch * (int)(outputs[i].shape[0] / _count));
        }

        Gradients =
        [
            .. autograd.grad(losses, [.. _weights, .. _scaled.Select(_quantization.Scale)])
                .Select(gradient => gradient.DetachFromDisposeScope()),
        ];
    }

    public void DropGradients()
    {
        Gradients.DisposeAll();
        Gradients = [];
    }

    public void Dispose()
    {
        DropGradients();
        _inputs.Concat(_targets).DisposeAll();
        _quantization.Dispose();
    }
}

/// <summary>One block in one phase, with everything its loop reads.</summary>
/// <param name="Index">Index of the block, for its seeds.</param>
/// <param name="Inputs">By the segment's inputs: from the quantized prefix, and in FP32 (the same if the phase has exact inputs).</param>
/// <param name="Targets">By the segment's outputs, in FP32.</param>
/// <param name="Trained">Images to learn from; the remaining ones are held out.</param>
/// <param name="Judge">By what the learned numbers are kept or withdrawn.</param>
internal sealed record BlockJob(
    int Index,
    ReconstructionBlock Block,
    NetworkProgram Segment,
    ReconstructionPhase Phase,
    IReadOnlyList<(TensorCache Quantized, TensorCache Exact)> Inputs,
    IReadOnlyList<TensorCache> Targets,
    int Trained,
    BlockJudge Judge);

/// <summary>What is computed from held-out images with the numbers before and after learning, and compared with FP32.</summary>
/// <param name="Block">What has these numbers: the learned block, or the whole network.</param>
/// <param name="Segment">Computes it.</param>
/// <param name="Inputs">By the segment's inputs: quantized where the phase quantizes them.</param>
/// <param name="Targets">By the segment's outputs, in FP32.</param>
/// <param name="First">The first held-out image; all after it are.</param>
internal sealed record BlockJudge(
    ReconstructionBlock Block, NetworkProgram Segment, IReadOnlyList<TensorCache> Inputs, IReadOnlyList<TensorCache> Targets, int First);
