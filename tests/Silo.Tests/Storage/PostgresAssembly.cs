[assembly: AssemblyFixture(typeof(Cluster.Tests.PostgresFixture))]
