namespace Cluster.Coordinator.Model.Options;

/// <summary>Whether candidates are looked at on a part of the evaluation images before all of them.</summary>
public enum CandidateRacing
{
    /// <summary>On all images at once.</summary>
    Off,

    /// <summary>
    /// On the images that told the first quantized plans from FP32 and a sample of the others; on all where that leaves a chance.
    /// </summary>
    On,
}
