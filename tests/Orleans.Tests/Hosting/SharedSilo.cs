[assembly: AssemblyFixture(typeof(Cluster.OrleansTests.SiloFixture))]
