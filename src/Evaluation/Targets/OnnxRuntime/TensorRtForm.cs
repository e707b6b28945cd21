using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Export.TensorRt;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>A file by TensorRT's rules, checked against them: symmetric, pairs before layers and on residual branches.</summary>
/// <param name="statistics">Statistics for symmetric ranges, by the plan's own calibrators.</param>
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
