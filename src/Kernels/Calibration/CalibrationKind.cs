namespace Cluster.Kernels.Calibration;

/// <summary>The families of calibrators; <see cref="CalibrationMethod"/> adds the parameter.</summary>
public enum CalibrationKind
{
    /// <summary>Smallest and largest value seen.</summary>
    Max,

    /// <summary>
    /// m += c * (range of the image - m), over images in the order of their numbers, the first image setting m
    /// (torch.ao; c = 0.01).
    /// </summary>
    MovingAverage,

    /// <summary>Mean over images of their smallest and of their largest value.</summary>
    Average,

    /// <summary>All values except a given share, which is split evenly between both ends if both are free.</summary>
    Percentile,

    /// <summary>
    /// The clipping threshold on |x| with the least KL divergence between the distribution and its quantized form
    /// (TensorRT).
    /// </summary>
    KullbackLeibler,

    /// <summary>Least mean squared quantization error.</summary>
    MeanSquaredError,

    /// <summary>
    /// PaddleSlim's EMD: |mean x - mean x^| + |std x - std x^|. Despite its name it is not an optimal-transport distance.
    /// </summary>
    EarthMover,

    /// <summary>
    /// PaddleSlim's hist: the centre of the bin of |x| at which the cumulative share reaches the parameter.
    /// </summary>
    HistogramPercent,

    /// <summary>
    /// PaddleSlim's moving_average_abs_max: state = c * state + 1, accum = c * accum + max|x| of each image in the order
    /// of their numbers, and accum / state is the largest |x| (c = 0.9).
    /// </summary>
    MovingAverageAbsoluteMax,

    /// <summary>
    /// Vitis AI's diffs: of the finest scale 2^-p that no value overflows and the next five finer ones, the scale with the least squared
    /// error.
    /// </summary>
    PowerOfTwo,

    /// <summary>
    /// PyTorch's HistogramObserver: of at most 2048 bins from the smallest to the largest value, those in the middle whose levels have the
    /// least squared error.
    /// </summary>
    HistogramObserver,
}
