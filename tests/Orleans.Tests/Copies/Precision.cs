using Orleans;

namespace Cluster.OrleansTests;

[GenerateSerializer]
public enum Precision
{
    Int8,
    Fp16,
}
