using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Targets;

/// <summary>
/// Parity of runtimes that show no codes inside a network: file and simulation have to agree on the class of nearly every image.
/// </summary>
internal static class ClassAgreement
{
    /// <param name="opened">The plan's file in the target's runtime.</param>
    /// <param name="device">What messages call the device.</param>
    /// <param name="pairs">Tensors with a Q/DQ pair.</param>
    public static ParityReport Check(
        IRuntimeNetwork opened,
        string device,
        int pairs,
        FloatNetwork float32,
        BuiltArtefact artefact,
        ImageBatches images,
        CancellationToken cancellation)
    {
        var halved = new HalvedBatches(opened);
        int agree = 0;
        for (int batch = 0; batch < images.Count; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var inputs = images.Inputs(batch);
            float[] simulated = float32.Run(inputs, artefact.Network!);
            float[] found = new float[simulated.Length];
            halved.Run(inputs, found);
            int classes = simulated.Length / images.Size(batch);
            agree += (int)Accuracy.Of(Accuracy.Predictions(found, classes), Accuracy.Predictions(simulated, classes)).Correct;
        }

        int count = images.Images.Count;
        return new ParityReport(count, agree, pairs, [], ParityGate.HasClasses(float32)
                && agree < Math.Floor(ParityReport.RequiredAgreement * count)
            ? $"File and simulation agree on the top-1 class of {agree} of {count} images on {device}; "
                + $"{ParityReport.RequiredAgreement:P1} is required."
            : null);
    }
}
