namespace Cluster.OrleansTests;

public interface IReentrantStepsGrain : IStepsGrain;
