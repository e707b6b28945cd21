namespace Cluster.Learning.Optimizers;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015): the constants and corrections of reconstruction and fine-tuning, those of torch.optim.Adam by
/// default.
/// </summary>
internal static class Adam
{
    /// <summary>Decay of the first moment.</summary>
    public const double Beta1 = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public const double Beta2 = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public const double Epsilon = 1e-8;

    /// <summary>The divisors of the moments, which correct for their start at zero: 1 - beta^t.</summary>
    /// <param name="iteration">t, from 1.</param>
    public static (double First, double Second) Corrections(long iteration) =>
        (1 - Math.Pow(Beta1, iteration), 1 - Math.Pow(Beta2, iteration));
}
