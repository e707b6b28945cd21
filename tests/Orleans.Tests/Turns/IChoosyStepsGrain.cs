namespace Cluster.OrleansTests;

public interface IChoosyStepsGrain : IStepsGrain;
