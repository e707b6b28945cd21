namespace Cluster.OrleansTests;

public interface IPlainStepsGrain : IStepsGrain;
