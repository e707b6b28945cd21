namespace Cluster.Evaluation.Failures;

/// <summary>What a job cannot be prepared for.</summary>
public enum PreparationFault
{
    /// <summary>An option, or a data set.</summary>
    Spec,

    /// <summary>The model file.</summary>
    Model,

    /// <summary>An operator of the model that cannot be executed at all.</summary>
    Operator,

    /// <summary>The disk of the machine that reads the files, which is full.</summary>
    Disk,
}
