using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

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
