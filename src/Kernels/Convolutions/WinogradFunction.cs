using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// A convolution that <see cref="Winograd"/> supports, with gradients for the image, the weights and the bias by the same filtering, tiles
/// of 2x2. The gradient of the image is the convolution of the result's gradient with the weights rotated by 180 degrees, outputs and
/// inputs exchanged.
/// </summary>
internal sealed unsafe class WinogradFunction : autograd.SingleTensorFunction<WinogradFunction>
{
    /// <inheritdoc/>
    public override string Name => nameof(WinogradFunction);

    /// <param name="x">(N, C, H, W) on the CPU, float32.</param>
    /// <param name="weight">(O, C, 3, 3).</param>
    /// <param name="bias">(O), or null.</param>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        bool learns = x.requires_grad || weight.requires_grad || bias?.requires_grad == true;
        return is_grad_enabled() && learns ? apply(x, weight, bias!) : Filter(x, weight, bias, isGradient: false);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext context, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2]);
        context.save_for_backward([x, weight]);
        context.save_data(nameof(bias), bias?.requires_grad == true);
        return Filter(x, weight, bias, isGradient: false);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (x, weight) = (saved[0], saved[1]);
        using var dense = TensorOps.ToChannelsLast(gradient);
        var gradients = new List<Tensor>();
        gradients.Add(x.requires_grad ? Filter(dense, weight, null, isGradient: true) : null!);
        gradients.Add(weight.requires_grad ? WeightGradient(x, dense) : null!);
        gradients.Add((bool)context.get_data("bias") ? dense.sum([0, 2, 3]) : null!);
        return gradients;
    }

    private static Tensor Filter(Tensor x, Tensor weight, Tensor? bias, bool isGradient)
    {
        using var rowMajor = weight.contiguous();
        using var filters = new DenseMemory(rowMajor);
        var (inputs, outputs) = isGradient ? ((int)weight.shape[0], (int)weight.shape[1]) : ((int)weight.shape[1], (int)weight.shape[0]);
        using var points = new AlignedFloats(16 * inputs * outputs);
        WinogradFilters.Transform(filters.First, (int)weight.shape[0], (int)weight.shape[1], isGradient, points.First);
        fixed (float* added = bias is null ? new float[outputs] : TensorFactory.ToFloats(bias))
        {
            return Winograd.Convolve<FilterOfTwo>(x, points.First, added, outputs);
        }
    }

    private static Tensor WeightGradient(Tensor x, Tensor gradient)
    {
        var (inputs, outputs) = ((int)x.shape[1], (int)gradient.shape[1]);
        using var points = new AlignedFloats(16 * inputs * outputs);
        using var image = TensorOps.ToChannelsLast(x);
        using var pixels = new DenseMemory(image);
        using var changes = new DenseMemory(gradient);
        new WinogradGradient
        {
            Inputs = new WinogradInputs<FilterOfTwo>
            {
                X = pixels.First,
                Channels = inputs,
                Tiles = new WinogradTiles(2, (int)x.shape[2], (int)x.shape[3]),
            },
            Gradients = changes.First,
            Outputs = outputs,
        }.Run((int)x.shape[0], points.First);
        var result = DenseTensor.Empty([outputs, inputs, 3, 3], channelsLast: false);
        using var filters = new DenseMemory(result);
        WinogradFilters.Gather(points.First, outputs, inputs, filters.First);
        return result;
    }
}
