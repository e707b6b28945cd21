namespace Cluster.Kernels.Export.TensorRt;

/// <summary>One rule of TensorRT's explicit quantization.</summary>
internal interface ITensorRtRule
{
    /// <summary>Violations of the rule in a file, one sentence each, naming the node.</summary>
    IEnumerable<string> Violations(QdqView file);
}
