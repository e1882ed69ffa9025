"""The ledger (工作台账): places, compounds, facilities, figures, claims, layouts; import, export, audit."""
