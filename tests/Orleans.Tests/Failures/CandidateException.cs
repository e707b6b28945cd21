using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public sealed class CandidateException : Exception
{
    public CandidateException()
    {
    }

    public CandidateException(string message)
        : base(message)
    {
    }

    public CandidateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    [Id(0)]
    public int Code { get; set; }
}
