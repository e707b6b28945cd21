using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Operators;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Evaluation.Calibrators;

/// <summary>Mean KL(FP32 || quantized network) of the softmax over some images, nats an image; the same for any number of workers.</summary>
internal sealed class JointDivergence
{
    private readonly FloatNetwork _network;
    private readonly ImageBatches _images;
    private readonly int _workers;
    private readonly CancellationToken _cancellation;
    private readonly float[][] _reference; // FP32 logits of each batch

    public JointDivergence(FloatNetwork network, ImageBatches images, int workers, CancellationToken cancellation)
    {
        (_network, _images, _workers, _cancellation) = (network, images, workers, cancellation);
        _reference = new float[images.Count][];
        NetworkProgram[] float32 = [.. network.Graph.Groups.Select(group => network.Float32(group.Index))];
        Batches.ForEach(
            images.Count, workers, batch => _reference[batch] = network.Run(images.Tensor(batch), float32), cancellation);
    }

    /// <summary>Of a whole network.</summary>
    public double Of(QuantizedNetwork candidate)
    {
        using var programs = _network.Compile(candidate, SumKind.Real);
        return Mean(batch => [Divergence(batch, _network.Run(_images.Tensor(batch), programs.Programs))])[0];
    }

    /// <summary>
    /// Of networks that are <paramref name="current"/> up to a group: a batch runs through its quantized prefix once, and on from there
    /// for each of them.
    /// </summary>
    /// <param name="group">Index of the first group in which they may differ.</param>
    /// <param name="variants">Of the same layout as <paramref name="current"/>, with other ranges.</param>
    public double[] OfVariants(QuantizedNetwork current, int group, IReadOnlyList<QuantizedNetwork> variants)
    {
        if (variants.Count == 0)
        {
            return [];
        }

        using var programs = _network.Compile(current, SumKind.Real);
        var own = new List<SimulatedProgram>();
        try
        {
            NetworkProgram[][] suffixes = [.. variants.Select(variant => Suffix(current, variant, group, programs.Programs, own))];
            return Mean(batch =>
            {
                using var prefix = new LiveTensors();
                prefix.Set(_network.Graph.Input.Name, _images.Tensor(batch));
                foreach (var program in programs.Programs.Take(group))
                {
                    program.Run(prefix);
                }

                return [.. suffixes.Select(suffix =>
                {
                    using var run = prefix.Borrow();
                    foreach (var program in suffix)
                    {
                        program.Run(run);
                    }

                    return Divergence(batch, _network.Logits(run));
                })];
            });
        }
        finally
        {
            own.ForEach(program => program.Dispose());
        }
    }

    // Groups that neither read nor write a tensor with another range are those of the current network.
    private NetworkProgram[] Suffix(
        QuantizedNetwork current,
        QuantizedNetwork variant,
        int group,
        IReadOnlyList<NetworkProgram> programs,
        List<SimulatedProgram> own)
    {
        var changed = variant.OtherRanges(current);
        return [.. _network.Graph.Groups.Skip(group).Select(later =>
        {
            if (!later.Nodes.Any(node => changed.Contains(node.Output) || node.Inputs.Any(changed.Contains)))
            {
                return programs[later.Index];
            }

            var program = _network.Quantized(later, variant, SumKind.Real);
            own.Add(program);
            return program;
        })];
    }

    // Nats of a batch, all its images together.
    private double Divergence(int batch, float[] logits) =>
        LogitsKl.Of(_reference[batch], logits, logits.Length / _images.Size(batch)) * _images.Size(batch);

    // Batches are added in their order: the result does not depend on which thread was first.
    private double[] Mean(Func<int, double[]> ofBatch)
    {
        double[][] sums = new double[_images.Count][];
        Batches.ForEach(_images.Count, _workers, batch => sums[batch] = ofBatch(batch), _cancellation);
        return [.. Enumerable.Range(0, sums[0].Length).Select(i => sums.Sum(batch => batch[i]) / _images.Images.Count)];
    }
}
