using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Export.TensorRt;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A file by TensorRT's rules: symmetric, pairs before layers and on residual branches. Each is held to the rules.</summary>
/// <param name="statistics">Of which symmetric ranges are made, by the plan's own calibrators.</param>
internal sealed class TensorRtForm(CalibrationStatistics statistics) : IFileForm
{
    public FormedFile Make(QuantizedNetwork network, IReadOnlyList<GroupDecision> settings)
    {
        var placed = TensorRtNetwork.Of(network, settings, statistics);
        var file = TensorRtExporter.Export(placed);
        TensorRtLint.Require(file);
        return new FormedFile(placed, file);
    }
}
