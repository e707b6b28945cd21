using Microsoft.ML.OnnxRuntime;

namespace Cluster.Export.Tests.Parity;

/// <summary>The gate as each target that is here asks it: which file a plan has, and who runs it.</summary>
public enum GateTarget
{
    OnnxRuntime,
    Libtorch,
    TensorRtFile,
}

internal static class GateTargets
{
    /// <summary>A plan as the target's file holds it.</summary>
    public static (QuantizedNetwork Network, ModelGraph File) Form(
        this GateTarget target, Calibrated net, IReadOnlyList<GroupDecision> plan)
    {
        var network = net.Resolver.Resolve(plan);
        if (target != GateTarget.TensorRtFile)
        {
            return (network, QdqExporter.Export(network));
        }

        var placed = TensorRtNetwork.Of(network, plan, net.Statistics);
        return (placed, TensorRtExporter.Export(placed));
    }

    /// <summary>What the gate finds in a file.</summary>
    public static ParityReport Check(this GateTarget target, Calibrated net, QuantizedNetwork network, ModelGraph file)
    {
        byte[] bytes = OnnxWriter.Write(file).Message;
        switch (target)
        {
            case GateTarget.OnnxRuntime:
                return net.Check(network, ModelFile.Of(bytes));
            case GateTarget.Libtorch:
                using (var model = QuantizedModel.Load(ModelFile.Of(bytes), "file"))
                {
                    return ParityGate.Check(
                        net.Float32,
                        network,
                        model,
                        (inputs, logits) => model.Run(inputs)[0].CopyTo(logits),
                        net.Images,
                        OutputKind.Scores,
                        CancellationToken.None);
                }

            default:
                // A stand-in for TensorRT that computes as the file says.
                using (var session = OrtSession.Open(
                    ModelFile.Of(bytes), new OrtSessionOptions { Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL }))
                {
                    return ParityGate.CheckFile(
                        net.Float32, network, ModelFile.Of(bytes), session.Run, net.Images, OutputKind.Scores, CancellationToken.None);
                }
        }
    }
}
