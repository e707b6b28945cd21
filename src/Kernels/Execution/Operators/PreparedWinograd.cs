using Cluster.Kernels.Convolutions;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// Winograd's filtering with constant weights. Many networks are only inspected, so weights are transformed by the first run that needs
/// them.
/// </summary>
/// <param name="isRough">Whether tiles of 4x4 are allowed; only the size of the image decides which are used, not earlier runs.</param>
internal sealed class PreparedWinograd(bool isRough)
{
    private readonly Lock _gate = new();
    private WinogradWeights? _two;
    private WinogradWeights? _four;

    public Tensor Run(NodeInputs inputs)
    {
        Tensor x = inputs[0];
        var tile = isRough ? Winograd.FastestTile(x.shape[2], x.shape[3]) : WinogradTile.Two;
        return Winograd.Convolve(x, Prepared(tile, inputs));
    }

    private WinogradWeights Prepared(WinogradTile tile, NodeInputs inputs)
    {
        lock (_gate)
        {
            ref var weights = ref tile == WinogradTile.Four ? ref _four : ref _two;
            return weights ??= Winograd.Prepare(inputs.Weight, inputs.Bias, tile);
        }
    }
}
