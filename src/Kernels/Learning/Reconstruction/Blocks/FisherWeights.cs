using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction.Caching;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>
/// BRECQ's diagonal: (|g| + 1)^2 with g the gradient, with respect to a block's output, of KL(softmax of FP32 ||
/// softmax of the network that is quantized up to and including the block), mean over a batch of 32.
/// </summary>
internal static class FisherWeights
{
    private const int BatchSize = 32;

    /// <summary>Weights of the loss for each of the block's outputs.</summary>
    /// <param name="rest">The nodes after the block; null if it is the last.</param>
    /// <param name="quantization">The block's own weights and ranges.</param>
    public static TensorCache[] Compute(
        NetworkProgram segment,
        NetworkProgram? rest,
        ActivationCaches caches,
        IReadOnlyList<TensorCache> targets,
        IQuantization quantization,
        ShardTeam team,
        CancellationToken cancellation)
    {
        int images = targets[0].Images;
        TensorCache[] weights = [.. targets.Select(target => target.Beside(target.Shape))];
        team.ForEach((images + BatchSize - 1) / BatchSize, batch =>
        {
            using var scope = NewDisposeScope();
            int first = batch * BatchSize;
            int count = Math.Min(BatchSize, images - first);
            Tensor[] exact = [.. targets.Select(target => target.Read(first, count))];
            Tensor[] quantized;
            Tensor wanted;
            using (no_grad())
            {
                quantized = segment.Run([.. segment.Inputs.Select(input => caches[input].Quantized.Read(first, count))], quantization);
                wanted = Logits(exact, useExact: true).log_softmax(1); // (batch, classes)
            }

            foreach (var output in quantized)
            {
                output.requires_grad_();
            }

            var found = Logits(quantized, useExact: false).log_softmax(1);
            var divergence = wanted.exp().mul(wanted.sub(found)).sum().div(count.AsScalar());
            var gradients = autograd.grad([divergence], quantized);
            using (no_grad())
            {
                for (int i = 0; i < gradients.Count; i++)
                {
                    var shifted = gradients[i].abs().add(ScalarNumbers.One, ScalarNumbers.One);
                    weights[i].Write(first, shifted.mul(shifted));
                }
            }

            Tensor Logits(Tensor[] outputs, bool useExact)
            {
                if (rest is null)
                {
                    return outputs[0];
                }

                var given = segment.Outputs.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
                return rest.Run([.. rest.Inputs.Select(input => given.TryGetValue(input, out var own) ? own : Other(input))])[0];

                Tensor Other(string input) => (useExact ? caches[input].Exact : caches[input].Quantized).Read(first, count);
            }
        }, cancellation);
        return weights;
    }
}
