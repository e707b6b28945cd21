using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>Batch normalization to be trained, which changes nothing yet.</summary>
public sealed class BatchNormalization(int channels) : IDisposable
{
    public const double Epsilon = 1e-5;

    private const double Momentum = 0.05;

    public Parameter Gain { get; } = new(ones([channels]));

    public Parameter Shift { get; } = new(zeros([channels]));

    /// <summary>Running mean, and variance, of the channels.</summary>
    public Tensor Mean { get; } = zeros([channels]);

    public Tensor Variance { get; } = ones([channels]);

    public IReadOnlyList<Parameter> Parameters => [Gain, Shift];

    /// <summary>Normalizes; gradients are recorded as usual.</summary>
    /// <param name="x">(N, channels, H, W)</param>
    /// <param name="updateStatistics">Normalise by the batch and move the running statistics; else normalise by these.</param>
    public Tensor Forward(Tensor x, bool updateStatistics) =>
        nn.functional.batch_norm(x, Mean, Variance, Gain, Shift, updateStatistics, Momentum, Epsilon);

    public void Dispose()
    {
        Gain.Dispose();
        Shift.Dispose();
        Mean.Dispose();
        Variance.Dispose();
    }
}
