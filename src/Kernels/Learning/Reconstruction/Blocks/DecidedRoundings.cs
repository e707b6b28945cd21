using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>Quantizes a block with decided roundings.</summary>
internal static class DecidedRoundings
{
    /// <summary>A quantization with the real values of codes as weights.</summary>
    /// <param name="activations">Ranges of quantized tensors, or null for FP32 activations.</param>
    /// <param name="owned">The weights' tensors; the caller disposes them after the quantization.</param>
    public static BlockQuantization Quantization(
        ReconstructionBlock block, LearnedNumbers numbers, IReadOnlyDictionary<string, sbyte[]> codes,
        IReadOnlyDictionary<string, QuantizationParameters>? activations, ComputeDevice device, out List<Tensor> owned)
    {
        var quantization = new BlockQuantization { Device = device };
        owned = [];
        foreach (var node in block.Weighted.Where(node => codes.ContainsKey(node.Name)))
        {
            var weight = Dequantize(numbers.Grids[node.Name], codes[node.Name], device);
            owned.Add(weight);
            quantization.SetWeight(node.Name, weight);
        }

        if (activations is not null)
        {
            foreach (string tensor in block.Nodes.Select(node => node.Output).Where(numbers.IsMadeQuantized))
            {
                quantization.SetScale(tensor, device.Floats([activations[tensor].Scale], [1]), activations[tensor]);
            }

            numbers.SetReads(quantization, block);
        }

        return quantization;
    }

    public static Tensor Dequantize(WeightGrid grid, sbyte[] codes, ComputeDevice device)
    {
        float[] scales = grid.Expand(grid.Scales);
        return device.Floats([.. codes.Select((code, i) => code * scales[i])], grid.Shape);
    }
}
