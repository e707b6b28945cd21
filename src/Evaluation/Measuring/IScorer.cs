namespace Cluster.Evaluation.Measuring;

/// <summary>Judges a network's outputs by a job's metric.</summary>
internal interface IScorer
{
    /// <summary>Whether it reads more than the first output.</summary>
    bool ReadsAll { get; }

    /// <summary>The score on evaluation samples.</summary>
    /// <param name="outputs">(samples, elements of the first output), of a candidate or of FP32 itself.</param>
    /// <param name="samples">The samples, with their labels or targets if the metric uses them.</param>
    /// <param name="float32">FP32's outputs for the same samples.</param>
    /// <param name="part">Their places in the evaluation set; null: they are all of it.</param>
    RuntimeScore Evaluation(float[] outputs, ImageBatches samples, float[] float32, int[]? part);

    /// <summary>The score on samples that nothing is decided on.</summary>
    /// <inheritdoc cref="Evaluation"/>
    RuntimeScore Test(float[] outputs, ImageBatches samples, float[] float32);
}
