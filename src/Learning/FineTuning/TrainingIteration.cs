using Cluster.Kernels.Evaluation.Measurement;
using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// Loss and gradients of a batch. Each thread of the team takes a part of the images; the parts' gradients are added in their order, so the
/// bytes depend only on the number of parts.
/// </summary>
/// <param name="imageShape">(C, H, W).</param>
internal sealed class TrainingIteration(
    TrainedNetwork trained,
    NetworkProgram network,
    FineTuneOptions options,
    long[] imageShape,
    ShardTeam team)
{
    private readonly Tensor[] _parameters = [.. trained.Parameters.Select(parameter => parameter.Value)];

    /// <summary>
    /// The batch's mean loss and one gradient per parameter, which the caller disposes; no gradients if the loss is not finite.
    /// </summary>
    public (double Loss, IReadOnlyList<Tensor> Gradients) Run(TrainingBatch batch)
    {
        var parts = new Part[Math.Min(team.Parts, batch.Count)];
        team.Run(part =>
        {
            if (part < parts.Length)
            {
                int first = (int)((long)batch.Count * part / parts.Length);
                parts[part] = Run(batch, first, (int)((long)batch.Count * (part + 1) / parts.Length) - first);
            }
        });
        return Sum(parts);
    }

    /// <summary>
    /// Evaluates the current network on a batch: correct answers, and the loss summed over the images.
    /// </summary>
    public (int Correct, double LossSum) Validate(ImageBatches images, int batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        int[] labels = [.. Enumerable.Range(images.Start(batch), images.Size(batch)).Select(images.Images.Label)];
        var pixels = options.Device.Take(images.Tensor(batch));
        var logits = trained.Forward(network, pixels);
        var loss = Loss(
            logits, pixels, options.Device.Take(TensorFactory.FromInt64([.. labels.Select(label => (long)label)], [labels.Length])));
        float[] values = TensorFactory.ToFloats(logits.contiguous());
        return ((int)Accuracy.Of(values, values.Length / labels.Length, labels).Correct, Number(loss) * (double)labels.Length);
    }

    private static (double Loss, IReadOnlyList<Tensor> Gradients) Sum(Part[] parts)
    {
        double loss = parts.Sum(part => part.Loss);
        if (!double.IsFinite(loss))
        {
            parts.SelectMany(part => part.Gradients).DisposeAll();

            return (loss, []);
        }

        var sum = parts[0].Gradients;
        foreach (var part in parts.Skip(1))
        {
            for (int i = 0; i < sum.Count; i++)
            {
                using var gradient = part.Gradients[i];
                sum[i].add_(gradient, ScalarNumbers.One);
            }
        }

        return (loss, sum);
    }

    private Part Run(TrainingBatch batch, int first, int count)
    {
        using var scope = NewDisposeScope();
        int size = batch.Pixels.Length / batch.Count;
        var pixels = options.Device.Take(
            TensorOps.ForTraining(TensorFactory.FromFloats(batch.Pixels.AsSpan(first * size, count * size), [count, .. imageShape])));
        var labels = options.Device.Take(TensorFactory.FromInt64(batch.Labels.AsSpan(first, count), [count]));
        var mean = Loss(trained.Forward(network, pixels), pixels, labels);
        var loss = mean.mul(((double)count / batch.Count).AsScalar()); // its share of the batch's mean
        double value = Number(loss);
        return new Part(value, double.IsFinite(value)
            ? [.. autograd.grad([loss], _parameters).Select(gradient => gradient.DetachFromDisposeScope())]
            : []);
    }

    // On any device: TorchSharp's item reads only tensors on the processor.
    private static float Number(Tensor scalar) => TensorFactory.ToFloats(scalar)[0];

    private Tensor Loss(Tensor logits, Tensor pixels, Tensor labels) =>
        TrainingLoss.Of(logits, labels, options.Distill > 0 ? Teach(pixels) : null, options.Distill, options.Temperature);

    private Tensor Teach(Tensor pixels)
    {
        using var frozen = no_grad();
        return network.Run([pixels])[0];
    }

    private sealed record Part(double Loss, IReadOnlyList<Tensor> Gradients);
}

/// <summary>The loss that training minimises. Results and intermediates are left to the caller's dispose scope.</summary>
internal static class TrainingLoss
{
    /// <summary>Mean cross-entropy, nats.</summary>
    /// <param name="logits">(N, classes)</param>
    /// <param name="labels">(N), int64</param>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels) => nn.functional.cross_entropy(logits, labels);

    /// <summary>
    /// Distillation (Hinton, Vinyals and Dean, 2015): T^2 * KL(softmax(teacher / T) || softmax(logits / T)), mean over
    /// the batch, nats. T^2 keeps the gradient's size independent of the temperature.
    /// </summary>
    /// <param name="teacher">(N, classes), without gradient.</param>
    public static Tensor Distillation(Tensor logits, Tensor teacher, double temperature)
    {
        var target = teacher.div(temperature.AsScalar()).log_softmax(1);
        var found = logits.div(temperature.AsScalar()).log_softmax(1);
        var difference = target.exp().mul(target.sub(found));
        return difference.sum().mul((temperature * temperature / logits.shape[0]).AsScalar());
    }

    /// <summary>(1 - weight) * cross-entropy + weight * distillation.</summary>
    public static Tensor Of(Tensor logits, Tensor labels, Tensor? teacher, double weight, double temperature)
    {
        var hard = CrossEntropy(logits, labels);
        return teacher is null
            ? hard
            : hard.mul((1 - weight).AsScalar()).add(Distillation(logits, teacher, temperature), weight.AsScalar());
    }
}
