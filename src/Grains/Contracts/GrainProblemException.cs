namespace Cluster.Grains.Contracts;

/// <summary>
/// What went wrong in a grain, in one sentence: exceptions of types that the other silo's serializer does not know
/// arrive without type and text. Trying again later may help.
/// </summary>
[GenerateSerializer]
[Alias("cluster.problem")]
public sealed class GrainProblemException : OrleansException
{
    /// <summary>Whether it is that a disk of the silo is full, which only its operator can change.</summary>
    [Id(0)]
    public bool IsDiskFull { get; init; }

    /// <summary>Whether the sentence is one for people, such as which job's journal is damaged, and no unexpected exception's.</summary>
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

    /// <summary>Creates the exception with its sentence and cause, which has to be able to travel itself.</summary>
    public GrainProblemException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
