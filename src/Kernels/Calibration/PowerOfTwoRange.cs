namespace Cluster.Kernels.Calibration;

/// <summary>
/// Vitis AI's `diffs`: of the finest power-of-two scale with which nothing overflows and the next five finer ones, the scale with the least
/// squared error over all calibration images, which count as one batch; of equal ones the coarser. If a tensor has negative numbers, codes
/// are signed, with zero in the middle.
/// </summary>
internal static class PowerOfTwoRange
{
    private const int Finer = 5;

    // 2^-100 is the smallest scale.
    private const int FinestPosition = 100;

    /// <param name="limits">Smallest and largest value to represent; one of them is not 0.</param>
    /// <param name="levels">Number of codes.</param>
    /// <returns>The real values of the smallest and the largest code: up to a factor of two beyond the values seen.</returns>
    public static CalibrationRange Find(CalibrationView view, CalibrationRange limits, int levels)
    {
        var error = new QuantizationError(view);
        int zero = limits.Low < 0 ? levels / 2 : 0;
        int first = Math.Min(Position(levels - 1 - zero, limits.High), Position(-zero, limits.Low));
        var best = Parameters(first);
        double least = error.MeanSquare(best);
        for (int position = first + 1; position <= Math.Min(first + Finer, FinestPosition); position++)
        {
            var candidate = Parameters(position);
            double loss = error.MeanSquare(candidate);
            if (loss < least)
            {
                least = loss;
                best = candidate;
            }
        }

        return new CalibrationRange(best.Low, best.High);

        QuantizationParameters Parameters(int position) => new((float)Math.ScaleB(1, -position), zero, 0, levels - 1);
    }

    // The largest p for which value * 2^p does not pass the end code; unlimited if the value is 0.
    private static int Position(double end, double value) =>
        value == 0 ? FinestPosition : Math.Min(FinestPosition, (int)Math.Floor(Math.Log2(end / value)));
}
