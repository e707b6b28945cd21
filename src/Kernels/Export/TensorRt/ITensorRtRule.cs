namespace Cluster.Kernels.Export.TensorRt;

/// <summary>One rule of TensorRT's explicit quantization.</summary>
internal interface ITensorRtRule
{
    /// <summary>What breaks the rule in a file, a sentence each, naming the node.</summary>
    IEnumerable<string> Violations(QdqView file);
}
