namespace Cluster.Grains.Contracts;

/// <summary>
/// A failure in a grain, in one sentence: exceptions of types unknown to the other silo's serializer would arrive without type and text. A
/// later retry may help.
/// </summary>
[GenerateSerializer]
[Alias("cluster.problem")]
public sealed class GrainProblemException : OrleansException
{
    /// <summary>Whether the cause is a full disk of the silo, which only its operator can change.</summary>
    [Id(0)]
    public bool IsDiskFull { get; init; }

    /// <summary>Whether the sentence is for people, such as which journal is damaged, not an unexpected exception's.</summary>
    [Id(1)]
    public bool IsForPeople { get; init; }

    /// <summary>Creates the exception without a sentence.</summary>
    public GrainProblemException()
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public GrainProblemException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and cause, which must be serializable itself.</summary>
    public GrainProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
